"""Segments of logs: the truth recovered, nothing moved by an order, methods and edges."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.spatial.distance import pdist
from scipy.stats import multivariate_normal
from sklearn.base import clone
from sklearn.cluster import DBSCAN, AgglomerativeClustering, Birch, KMeans
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_rand_score, silhouette_score

from crm_widgets.analysis import Segmentation, find_segments, rfm
from crm_widgets.analysis.segments import count
from crm_widgets.analysis.segments.count import TRIED, fit
from crm_widgets.analysis.segments.models import start
from crm_widgets.data import Transactions
from crm_widgets.data.datasets import cdnow, simulate
from crm_widgets.errors import AnalysisError, InputError

METHODS = ["rfm", "kmeans", "gaussian_mixture"]


def keys(found: Segmentation) -> set[str]:
    return {note.key for note in found.notes}


@pytest.fixture(scope="module")
def log() -> Transactions:
    return Transactions(simulate(600, seed=3).transactions)


@pytest.fixture(scope="module")
def shop() -> Segmentation:
    return find_segments(Transactions(cdnow()), method="kmeans", k=3)


@pytest.mark.parametrize("seed", range(5))
def test_simulated_segments_are_recovered(seed: int) -> None:
    simulation = simulate(5_000, seed)
    found = find_segments(Transactions(simulation.transactions), method="kmeans", seed=seed)
    truth = simulation.truth["segment"].reindex(found.labels.index)
    assert found.k == found.best_k == 4
    assert adjusted_rand_score(truth, found.labels) >= 0.95
    assert "no_natural_k" not in keys(found)


@pytest.mark.parametrize("seed", range(3))
def test_a_mixture_of_the_right_size_recovers_the_truth(seed: int) -> None:
    simulation = simulate(5_000, seed)
    log = Transactions(simulation.transactions)
    found = find_segments(log, method="gaussian_mixture", k=4, seed=seed)
    truth = simulation.truth["segment"].reindex(found.labels.index)
    assert adjusted_rand_score(truth, found.labels) >= 0.95


def test_segments_are_numbered_by_value() -> None:
    simulation = simulate(2_000, seed=1)
    found = find_segments(Transactions(simulation.transactions), method="kmeans", k=4)
    # The truth, too, is numbered by what its customers are worth.
    truth = simulation.truth["segment"].reindex(found.labels.index)
    assert (truth == found.labels).mean() > 0.97
    value = found.segments["money"] / found.segments["customers"]
    assert found.segments.index.tolist() == [0, 1, 2, 3]
    assert value.is_monotonic_decreasing


@pytest.mark.parametrize("method", METHODS)
def test_the_order_of_rows_changes_nothing(method: str) -> None:
    rows = simulate(800, seed=5).transactions
    straight = find_segments(Transactions(rows), method=method)
    shuffled = find_segments(Transactions(rows.sample(frac=1, random_state=1)), method=method)
    pd.testing.assert_series_equal(straight.labels, shuffled.labels)
    pd.testing.assert_frame_equal(straight.segments, shuffled.segments)
    pd.testing.assert_frame_equal(straight.customers, shuffled.customers)


@pytest.mark.parametrize("method", METHODS)
def test_the_same_seed_gives_the_same_segmentation(log: Transactions, method: str) -> None:
    first, again = (find_segments(log, method=method, seed=7) for _ in range(2))
    assert first.fingerprint == again.fingerprint
    pd.testing.assert_frame_equal(first.customers, again.customers)


def test_another_model_has_another_fingerprint(log: Transactions) -> None:
    prints = [find_segments(log, method="kmeans", k=k).fingerprint for k in (3, 4)]
    prints += [find_segments(log, method=method).fingerprint for method in ("rfm", "kmeans")]
    assert len(set(prints)) == 4


def test_a_log_is_shown_by_rfm_first() -> None:
    log = Transactions(cdnow())
    found, scores = find_segments(log), rfm(log)
    pd.testing.assert_series_equal(found.labels, scores.customers["segment"])
    pd.testing.assert_frame_equal(found.segments, scores.segments)
    wanted = ["recency_days", "monetary", "r_score", "f_score", "m_score", "segment"]
    pd.testing.assert_frame_equal(found.customers[wanted], scores.customers[wanted])
    assert found.traits == {}
    assert found.curve.empty
    assert found.as_of == scores.as_of


@pytest.mark.parametrize("scheme", ["ten", "eight", {"[1-3].": "gone", "..": "here"}])
def test_the_rfm_pipeline_gives_new_customers_the_same_segments(scheme: object) -> None:
    found = find_segments(Transactions(cdnow()), scheme=scheme)
    assert found.pipeline.predict(found.customers).tolist() == found.labels.tolist()


def test_ties_broken_by_order_are_said_not_to_score_new_customers() -> None:
    assert "first_ties" in keys(find_segments(Transactions(cdnow()), ties="first"))


def log_normal_groups(seed: int) -> pd.DataFrame:
    """Customers of three log-normal groups, whose centres are 3.5 standard deviations apart."""
    rng = np.random.default_rng(seed)
    gap, sigma = 3.5, 0.4
    centres = np.zeros((3, 3))
    while pdist(centres).min() < gap * sigma:
        centres = rng.uniform(0, 2.6, (3, 3))
    label = rng.choice(3, 1_500, p=rng.dirichlet([6] * 3) * 0.8 + 0.2 / 3)
    values = np.exp(centres[label] + rng.normal(0, sigma, (1_500, 3)))
    return pd.DataFrame(values, columns=["orders", "money", "gap"])


def test_a_mixture_takes_a_skewed_group_for_one() -> None:
    by_density = []
    for seed in range(4):
        found = find_segments(log_normal_groups(seed), method="gaussian_mixture")
        assert (found.criterion, found.k) == ("icl", 3)
        assert found.best_k is not None
        assert found.best_k <= 3
        scaled = found.scale.transform(log_normal_groups(seed))
        models = [fit(start("gaussian_mixture", k, 0), scaled) for k in TRIED]
        by_density.append(TRIED[int(np.argmin([model.bic(scaled) for model in models]))])
    assert max(by_density) > 3, "the BIC would have parted some of them"


def test_values_that_many_share_are_said_of_a_mixture_only() -> None:
    frame = log_normal_groups(0).assign(orders=lambda rows: rows["orders"].round().clip(1, 5))
    found = find_segments(frame, method="gaussian_mixture")
    (note,) = [note for note in found.notes if note.key == "shared_values"]
    assert note.values["features"] == ("orders",)
    assert "shared_values" not in keys(find_segments(frame, method="kmeans"))
    apart = find_segments(log_normal_groups(0), method="gaussian_mixture")
    assert "shared_values" not in keys(apart)


def test_the_icl_is_the_likelihood_of_customers_with_their_labels() -> None:
    frame = log_normal_groups(0)
    found = find_segments(frame, method="gaussian_mixture", k=4)
    scaled = found.scale.transform(frame)
    model = found.pipeline.named_steps["segments"].estimator_
    joint = np.column_stack(
        [
            np.log(weight) + multivariate_normal(mean, spread).logpdf(scaled)
            for weight, mean, spread in zip(
                model.weights_, model.means_, model.covariances_, strict=True
            )
        ]
    )
    free = 4 - 1 + 4 * 3 + 4 * 6  # weights, means, covariances
    expected = free * np.log(len(scaled)) - 2 * joint.max(axis=1).sum()
    score = found.curve.set_index("k")["score"]
    assert score[4] == pytest.approx(expected)


@pytest.mark.parametrize("method", ["kmeans", "gaussian_mixture", Birch(n_clusters=3)])
def test_the_pipeline_gives_known_customers_their_segment(
    log: Transactions, method: object
) -> None:
    found = find_segments(log, method=method)
    predicted = found.pipeline.predict(found.customers[list(found.features)])
    assert predicted.tolist() == found.labels.tolist()


def test_the_pipeline_is_scikit_learns_and_can_be_fitted_again(log: Transactions) -> None:
    found = find_segments(log, method="kmeans", k=3)
    raw = found.customers[list(found.features)]
    again = clone(found.pipeline).fit(raw).predict(raw)
    assert adjusted_rand_score(again, found.labels) > 0.95


def test_two_segments_of_cdnow_are_apart_and_shown() -> None:
    found = find_segments(Transactions(cdnow()), method="kmeans")
    assert (found.k, found.best_k) == (2, 2)
    note = next(note for note in found.notes if note.key == "gap_found")
    assert (note.n, note.values["best_k"], note.values["k"]) == (10_000, 2, 2)
    assert note.values["score"] == pytest.approx(found.curve["score"].max())
    assert found.curve["k"].tolist() == list(range(2, 11))
    # those who came back, and those who mostly bought once
    once = (found.customers["frequency"] == 1).groupby(found.labels).mean()
    assert once[0] < 0.02
    assert once[1] > 0.7


def test_the_curve_is_scikit_learns_silhouette(log: Transactions) -> None:
    found = find_segments(log, method="kmeans", k=3)
    scaled = found.pipeline.named_steps["scale"].transform(found.customers)
    expected = silhouette_score(scaled, found.labels)
    assert found.curve.set_index("k").loc[3, "score"] == pytest.approx(expected, abs=1e-5)


def test_another_k_of_the_same_customers_is_the_k_a_fresh_start_gives(log: Transactions) -> None:
    count.SCORED_MODELS.clear()
    fresh = find_segments(log, method="kmeans", k=5)
    find_segments(log, method="kmeans", k=3)
    again = find_segments(log, method="kmeans", k=5)
    assert again.fingerprint == fresh.fingerprint
    pd.testing.assert_frame_equal(again.curve, fresh.curve)
    beyond = find_segments(log, method="kmeans", k=12)
    assert beyond.curve["k"].tolist() == [*range(2, 11), 12]
    pd.testing.assert_frame_equal(beyond.curve.head(9), fresh.curve)
    for seed in range(10):
        find_segments(log, method="kmeans", k=3, seed=seed)
    assert len(count.SCORED_MODELS) == count.SCORED_MODELS.capacity


def test_samples_are_said_and_everybody_gets_a_label(shop: Segmentation) -> None:
    assert {n.key: n.n for n in shop.notes}["sampled_curve"] == 10_000
    assert len(shop.labels) == 23_570
    assert shop.labels.isna().sum() == 0


def test_the_agreement_of_a_second_transform_is_told(shop: Segmentation) -> None:
    assert shop.transforms == {
        "recency_days": "none", "frequency": "yeo_johnson", "monetary": "log"
    }  # fmt: skip
    assert shop.stability is not None
    assert 0.3 < shop.stability < 1
    note = next(note for note in shop.notes if note.key == "second_scale")
    assert note.values["agreement"] == shop.stability


def test_the_map_is_scikit_learns_pca(shop: Segmentation) -> None:
    scaled = shop.pipeline.named_steps["scale"].transform(shop.customers)
    pca = PCA(2).fit(scaled)
    assert shop.map.explained == pytest.approx(pca.explained_variance_ratio_)
    expected = pca.transform(scaled)
    for axis, ours in enumerate(("pc1", "pc2")):
        correlation = np.corrcoef(expected[:, axis], shop.customers[ours])[0, 1]
        assert abs(correlation) == pytest.approx(1)
    spread = shop.customers[["pc1", "pc2"]].std()
    np.testing.assert_allclose(spread, expected.std(axis=0), rtol=1e-3)
    np.testing.assert_allclose(shop.map.project(scaled), shop.customers[["pc1", "pc2"]])


def test_loadings_are_correlations_and_their_signs_are_fixed(shop: Segmentation) -> None:
    scaled = shop.pipeline.named_steps["scale"].transform(shop.customers)
    for j, feature in enumerate(shop.features):
        for axis in ("pc1", "pc2"):
            expected = np.corrcoef(scaled[:, j], shop.customers[axis])[0, 1]
            assert shop.map.loadings.loc[feature, axis] == pytest.approx(expected, abs=1e-9)
    assert shop.map.axes[0][0] == ("frequency", "high")
    assert ("recency_days", "low") in shop.map.axes[0]


def test_sizes_shares_and_profile_by_pandas(shop: Segmentation) -> None:
    by = shop.customers.groupby("segment")
    assert shop.segments["customers"].tolist() == by.size().tolist()
    np.testing.assert_allclose(shop.segments["money"], by["monetary"].sum())
    assert shop.segments[["share", "money_share"]].sum().tolist() == pytest.approx([1, 1])
    pd.testing.assert_frame_equal(shop.medians, by[list(shop.features)].median(), check_names=False)
    scaled = pd.DataFrame(
        shop.pipeline.named_steps["scale"].transform(shop.customers), columns=list(shop.features)
    )
    z = (scaled - scaled.mean()) / scaled.std(ddof=0)
    expected = z.groupby(shop.labels.to_numpy()).mean()
    np.testing.assert_allclose(shop.zmeans, expected, atol=1e-9)


def test_concentration_is_the_share_of_the_top_tenth(shop: Segmentation) -> None:
    money = shop.customers["monetary"].sort_values(ascending=False)
    assert shop.concentration == pytest.approx(money.iloc[:2357].sum() / money.sum())
    assert 0.50 < shop.concentration < 0.52


def test_traits_name_the_side_of_what_sets_apart(shop: Segmentation) -> None:
    assert shop.traits[0][0] == ("recency_days", "low")
    assert len(set(shop.traits.values())) == len(shop.traits)
    for label, pairs in shop.traits.items():
        for feature, side in pairs:
            assert (shop.zmeans.loc[label, feature] > 0) == (side == "high")


def test_a_clusterer_is_copied_and_gets_k(log: Transactions) -> None:
    given = KMeans(7, n_init=2)
    found = find_segments(log, method=given, k=4)
    assert found.k == 4
    assert not hasattr(given, "cluster_centers_")
    assert given.n_clusters == 7
    assert find_segments(log, method=given).k == 7


def test_nearest_centres_where_a_clusterer_cannot_predict(log: Transactions) -> None:
    found = find_segments(log, method=AgglomerativeClustering(), k=4)
    assert "nearest_centre" in keys(found)
    predicted = found.pipeline.predict(found.customers)
    assert adjusted_rand_score(predicted, found.labels) > 0.95
    assert (predicted == found.labels).mean() > 0.95


def test_noise_is_no_segment(log: Transactions) -> None:
    found = find_segments(log, method=DBSCAN(eps=0.25))
    noise = int((found.labels == -1).sum())
    assert noise > 0
    assert {note.key: note.n for note in found.notes}["noise"] == noise
    assert found.segments.index.tolist() == [*range(found.k), -1]
    assert -1 not in found.traits
    assert set(found.pipeline.predict(found.customers)) <= set(range(found.k))
    assert "k_ignored" in keys(find_segments(log, method=DBSCAN(eps=0.25), k=3))


def test_a_clusterer_that_fails_says_why(log: Transactions) -> None:
    with pytest.raises(AnalysisError, match="AgglomerativeClustering could not"):
        find_segments(log, method=AgglomerativeClustering(n_clusters=None))


def test_a_column_of_the_log_is_the_most_frequent_value() -> None:
    rows = pd.DataFrame(
        {
            "customer": [1, 1, 1, 2, 2, 3, 3, 4],
            "date": pd.date_range("2024-01-01", periods=8),
            "amount": [1.0, 2, 3, 40, 5, 6, 7, 8],
            "channel": ["web", "web", "shop", "shop", "web", "app", "app", None],
        }
    )
    found = find_segments(Transactions(rows), method="channel")
    assert found.labels.to_dict() == {1: "web", 2: "shop", 3: "app"}
    assert found.segments.index.tolist() == ["shop", "app", "web"]
    notes = {note.key: note.n for note in found.notes}
    assert notes["value_most_frequent"] == 2
    assert notes["no_label"] == 1
    assert set(found.pipeline.predict(found.customers)) <= {"web", "shop", "app"}


def test_k_above_the_customers_is_an_error(log: Transactions) -> None:
    few = Transactions(simulate(6, seed=2).transactions)
    with pytest.raises(AnalysisError, match="k is 9, but only 6 customers differ"):
        find_segments(few, method="kmeans", k=9)
    assert find_segments(few, method="kmeans", k=6).k == 6
    assert find_segments(few, method="kmeans").k in (3, 4, 5)


@pytest.mark.parametrize("k", [1, 0, -3, 2.5, True, "many", None])
def test_k_is_a_whole_number_or_auto(log: Transactions, k: object) -> None:
    with pytest.raises(InputError, match="'auto' or a whole number"):
        find_segments(log, method="kmeans", k=k)


def test_two_different_customers_are_two_segments() -> None:
    rows = pd.DataFrame(
        {"customer": [1, 2], "date": ["2024-01-01", "2024-02-01"], "amount": [1, 9]}
    )
    found = find_segments(Transactions(rows, "customer", "date", "amount"), method="kmeans")
    assert found.k == 2
    assert {note.key: note.values for note in found.notes}["few_distinct"] == {"k": 2}


@pytest.mark.parametrize("method", ["kmeans", "gaussian_mixture"])
def test_one_customer_is_an_error(method: str) -> None:
    rows = pd.DataFrame(
        {"customer": [1, 1], "date": ["2024-01-01", "2024-02-01"], "amount": [1, 9]}
    )
    with pytest.raises(AnalysisError, match="1 customer"):
        find_segments(Transactions(rows, "customer", "date", "amount"), method=method)


def test_one_feature_has_a_map_of_one_axis(log: Transactions) -> None:
    found = find_segments(log, method="kmeans", features=["monetary"])
    assert found.features == ("monetary",)
    assert found.map.explained == (1.0, 0.0)
    assert (found.customers["pc2"] == 0).all()
    means = found.customers.groupby("segment")["monetary"].mean()
    assert means.is_monotonic_decreasing


def test_a_feature_that_is_mostly_missing_is_refused() -> None:
    with pytest.raises(InputError, match="missing for 51 % of the customers"):
        find_segments(Transactions(cdnow()), method="kmeans", features=["mean_days_between"])


def test_an_unknown_feature_lists_those_there_are(log: Transactions) -> None:
    with pytest.raises(InputError, match="recency_days"):
        find_segments(log, method="kmeans", features=["recency"])


def test_an_unknown_method_is_an_error(log: Transactions) -> None:
    with pytest.raises(InputError, match="There is no column 'kmean'"):
        find_segments(log, method="kmean")
    for method in (KMeans, 7):
        with pytest.raises(InputError, match="scikit-learn clusterer"):
            find_segments(log, method=method)
    with pytest.raises(InputError, match="too many for segments"):
        find_segments(log, method="amount")


def test_progress_only_grows(log: Transactions) -> None:
    seen: list[tuple[float, str]] = []
    find_segments(log, method="kmeans", progress=lambda share, key: seen.append((share, key)))
    shares = [share for share, _ in seen]
    assert shares == sorted(shares)
    assert {key for _, key in seen} == {"features", "scale", "model", "profile"}


def test_the_result_carries_its_inputs(log: Transactions) -> None:
    inputs = find_segments(log, method="kmeans", k=3, seed=2).inputs
    assert (inputs["method"], inputs["k"], inputs["seed"]) == ("kmeans", 3, 2)
    assert inputs["customers"] == 600
