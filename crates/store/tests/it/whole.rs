//! Questions that have no kernel: their bound, and their cursors.

use insight::{Answer, Filter, Op, Order, Predicate, Question, Selector, Sessions, Subject};
use store::{AskError, Store, local::LocalConfig};
use testkit::store_contract::{
    self,
    questions::{always, asking, list},
    sample::{self, START},
};

use crate::world::{World, small};

fn sessions() -> Question {
    Question::Sessions(Sessions {
        range: always(),
        selector: Selector::default(),
        interval: None,
        list: 0,
        classes: Default::default(),
    })
}

#[test]
fn beyond_the_bound_a_question_without_a_kernel_is_refused_and_others_are_answered() {
    let world = World::new(LocalConfig { whole_events_max: 10, ..small() });
    let store = world.open();
    let event = |of: &str, n: u128| sample::event(of, n, "x", START + n as i64, Some("p"));
    sample::apply(&store, &(0..6).map(|n| event("a", n)).collect::<Vec<_>>());
    store.flush().unwrap();
    sample::apply(&store, &(6..10).map(|n| event("a", n)).collect::<Vec<_>>());
    assert!(store.ask(&sessions(), &asking("a")).is_ok(), "the bound itself is allowed");

    sample::apply(&store, &[event("a", 10), event("b", 11)]);
    for _ in 0..2 {
        match store.ask(&sessions(), &asking("a")) {
            Err(AskError::Invalid { field, problem }) => {
                assert_eq!(field, "kind");
                assert!(problem.contains("up to 10 stored events"), "{problem}");
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(store_contract::counts_of(&store, "a").total, 11);
        assert_eq!(store_contract::ids_of(&store, "a").len(), 11);
        assert!(store.ask(&sessions(), &asking("b")).is_ok(), "tenants are bounded apart");
        store.flush().unwrap();
    }
}

#[test]
fn a_cursor_is_good_for_its_question_only_without_a_kernel_too() {
    let world = World::new(small());
    let store = world.open();
    let event = |n: u128| sample::event("a", n, "x", START, Some("p"));
    sample::apply(&store, &(1..4).map(event).collect::<Vec<_>>());
    // What a person has takes all of the person's events to tell.
    let (subject, op) = (Subject::Person("absent".into()), Op::IsNotSet);
    let filter = Filter::Is(Predicate { subject, op, operands: Vec::new() });
    let mut first = list(always(), 2, Order::Newest);
    first.selector.filter = filter;
    let asked = store.ask(&Question::Events(first.clone()), &asking("a")).unwrap().0;
    let Answer::Events(page) = asked else { panic!("not a list") };
    assert!(page.next.is_some());
    first.after = page.next;
    let second = store.ask(&Question::Events(first.clone()), &asking("a")).unwrap().0;
    let Answer::Events(page) = second else { panic!("not a list") };
    assert_eq!((page.events.len(), page.next), (1, None));
    first.order = Order::Oldest;
    match store.ask(&Question::Events(first), &asking("a")) {
        Err(AskError::Invalid { field, .. }) => assert_eq!(field, "cursor"),
        other => panic!("{other:?}"),
    }
}
