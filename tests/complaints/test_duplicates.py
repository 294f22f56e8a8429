"""A warning before filing twice shows a person their own complaints and nobody else's."""

from complaints import duplicates, rulebook, workflow
from complaints.actors import Actor
from models.codes import Action, Role
from tests.factories import NOW, a_shop, a_user, lodged, the_consumer


def own(session, actors, merchant=None, name=""):
    return duplicates.own_open(session, actors, merchant=merchant, merchant_name=name)


def test_an_open_complaint_about_the_same_merchant_is_shown(session):
    shop = a_shop(session)
    complaint = lodged(session, merchant=shop, merchant_name=shop.name).complaint
    lodged(session, merchant=a_shop(session))

    assert own(session, [the_consumer(complaint)], shop) == [complaint]


def test_one_typed_in_is_known_by_its_name(session):
    complaint = lodged(session, merchant_name="Corner Shop").complaint

    assert own(session, [the_consumer(complaint)], name=" corner shop ") == [complaint]
    assert own(session, [the_consumer(complaint)], name="another shop") == []
    assert own(session, [the_consumer(complaint)], name=" ") == []


def test_those_of_others_are_never_looked_at(session):
    shop = a_shop(session)
    lodged(session, merchant=shop)

    assert own(session, [], shop) == []
    assert own(session, [Actor(Role.CONSUMER)], shop) == []


def test_one_that_has_ended_is_no_longer_in_the_way(session):
    shop = a_shop(session)
    complaint = lodged(session, merchant=shop).complaint
    clock = rulebook.current(session)
    workflow.perform(
        complaint, Action.WITHDRAW, the_consumer(complaint), now=NOW, clock=clock, reason="已解决"
    )
    session.flush()

    assert own(session, [the_consumer(complaint)], shop) == []


def test_account_and_browser_together_show_each_once(session):
    person = a_user(session, Role.CONSUMER)
    shop = a_shop(session)
    complaint = lodged(session, merchant=shop, consumer_id=person.id).complaint
    later = lodged(session, merchant=shop).complaint
    actors = [the_consumer(complaint), the_consumer(later), Actor(Role.CONSUMER, user_id=person.id)]

    assert own(session, actors, shop) == [later, complaint]
