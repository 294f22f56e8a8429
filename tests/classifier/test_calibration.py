import numpy as np
import pytest

from classifier.calibration import (
    choose_emergency,
    choose_routing,
    expected_error,
    fit_sharpness,
    fit_sigmoid,
    probabilities,
    reliability,
    shares,
    top_two,
)

RANDOM = np.random.default_rng(7)


def test_the_sigmoid_recovers_the_chances_that_made_the_labels():
    decisions = RANDOM.normal(size=20_000)
    truth = RANDOM.random(20_000) < 1 / (1 + np.exp(-(2 * decisions - 1)))

    assert fit_sigmoid(decisions, truth) == pytest.approx((2, -1), abs=0.1)


def test_separable_decisions_do_not_run_away():
    slope, offset = fit_sigmoid(np.array([-1.0, -0.9, 0.9, 1.0]), np.array([False, False, True, True]))

    assert 0 < slope < 100
    assert abs(offset) < 10


@pytest.mark.parametrize("truth", [np.zeros(9, dtype=bool), np.ones(9, dtype=bool)])
def test_a_class_seen_always_or_never_keeps_its_prior(truth):
    slope, offset = fit_sigmoid(np.zeros(9), truth)

    assert slope == 1.0
    assert (offset > 0) == truth.all()


def test_probabilities_of_extreme_values_stay_finite():
    chances = probabilities(np.array([[-1e9, 1e9]]), np.array([1.0, 1.0]), np.array([0.0, 0.0]))

    assert np.isfinite(chances).all()
    assert shares(chances).sum() == pytest.approx(1)


def test_top_two_are_the_likeliest_in_order():
    order, best = top_two(np.array([[0.1, 0.6, 0.3]]))

    assert order.tolist() == [[1, 2]]
    assert best.tolist() == [[0.6, 0.3]]


def sure_and_right(amount=4000):
    sure = RANDOM.random(amount)
    right = RANDOM.random(amount) < 0.5 + sure / 2
    return np.column_stack([0.5 + sure / 2, 0.5 - sure / 2]), right


def test_routing_thresholds_route_enough_and_keep_the_doubtful_back():
    chances, right = sure_and_right()

    confidence, margin = choose_routing(chances, right, least_routed=0.6, least_right=0.8)
    routed = (chances[:, 0] >= confidence) & (chances[:, 0] - chances[:, 1] >= margin)

    assert routed.mean() >= 0.6
    assert right[routed].mean() > right.mean() + 0.05


def test_being_right_goes_before_routing_many():
    chances, right = sure_and_right()

    confidence, margin = choose_routing(chances, right, least_routed=0.6, least_right=0.92)
    routed = (chances[:, 0] >= confidence) & (chances[:, 0] - chances[:, 1] >= margin)

    assert right[routed].mean() >= 0.92
    assert 0.1 < routed.mean() < 0.6


def test_hopeless_models_route_only_the_surest():
    assert choose_routing(np.full((50, 2), 0.5), np.zeros(50, dtype=bool)) == (0.9, 0.5)


def test_the_emergency_threshold_finds_almost_all_of_them():
    truth = np.arange(1000) < 200
    chances = np.where(truth, RANDOM.beta(5, 2, 1000), RANDOM.beta(1, 8, 1000))

    threshold = choose_emergency(chances, truth)

    assert (chances[truth] >= threshold).mean() >= 0.95


def test_without_emergencies_to_learn_from_the_default_stands():
    assert choose_emergency(np.array([0.4, 0.6]), np.array([False, False])) == 0.3


def test_calibration_error_is_nought_for_honest_and_large_for_boastful_figures():
    confidence = np.full(1000, 0.8)
    honest = np.arange(1000) < 800

    assert expected_error(confidence, honest) == pytest.approx(0)
    assert expected_error(np.full(1000, 1.0), honest) == pytest.approx(0.2)
    assert reliability(confidence, honest) == [(pytest.approx(0.8), 0.8, 1000)]


@pytest.mark.parametrize("power", [0.6, 1.0, 1.7])
def test_the_sharpness_that_was_taken_away_is_found_again(power):
    dice = np.random.default_rng(3)
    chances = shares(dice.random((4000, 4)) ** 3)
    truth = (chances.cumsum(axis=1) < dice.random((4000, 1))).sum(axis=1)

    assert fit_sharpness(chances ** (1 / power), truth) == pytest.approx(power, abs=0.11)
