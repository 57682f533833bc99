//! What refuses a question that can be read.

use insight::{Answer, Counts, Filter, Op, Order, Predicate, Question, Selector, Subject};
use store::{AskError, Store, local::LocalConfig};
use testkit::store_contract::{
    questions::{always, asking, list},
    sample::{self, START},
};

use crate::world::{World, small};

#[test]
fn a_cursor_is_good_for_its_question_only() {
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

#[test]
fn a_question_that_looks_at_too_much_is_refused_and_smaller_ones_are_answered() {
    let world = World::new(LocalConfig { question_bytes_max: 1_000, ..small() });
    let store = world.open();
    let event = |of: &str, n: u128| sample::event(of, n, "x", START + n as i64, Some("p"));
    sample::apply(&store, &(0..500).map(|n| event("a", n)).collect::<Vec<_>>());
    sample::apply(&store, &[event("b", 500)]);
    for _ in 0..2 {
        let counts = Question::Counts(Counts { range: always(), selector: Selector::default() });
        match store.ask(&counts, &asking("a")) {
            Err(AskError::Invalid { field, problem }) => {
                assert_eq!(field, "range");
                assert!(problem.contains("more than 1000 bytes"), "{problem}");
            }
            other => panic!("{other:?}"),
        }
        assert!(store.ask(&counts, &asking("b")).is_ok());
        store.flush().unwrap();
    }
}
