"""Customers by the day they came: who stays, who pays, compared and explained."""
