"""Charts that know no subject: a distribution, bars, intervals."""
