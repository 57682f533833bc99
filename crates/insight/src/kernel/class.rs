//! Events by the class of their type: as selectors where a question is about one class only, and
//! as further bits of marks where it tells classes apart.

use super::{Mark, Values, Wanted};
use crate::{
    BreakdownValue, Classes, Column, Dimension, Filter, Op, Operand, Predicate, SILENT, Selector,
    Subject,
};

/// Types of a class that get a selector each; of more there is one selector for all.
const NAMED_MAX: usize = 32;

/// The bit of a page view, above those of selectors that a plan with classes has.
pub(super) const PAGE_VIEW: usize = 61;
/// The bit of a page or screen view.
pub(super) const VIEW: usize = 62;
/// The bit of what keeps a visit from being a bounce.
pub(super) const INTERACTIVE: usize = 63;

/// Selectors that together take the events of these types that the filter takes, each once; like
/// a selector of any event they never take silent ones.
pub(super) fn selectors(types: &[String], filter: &Filter) -> Vec<Selector> {
    let mut types: Vec<&String> =
        types.iter().filter(|name| !SILENT.contains(&name.as_str())).collect();
    types.sort_unstable();
    types.dedup();
    if types.len() <= NAMED_MAX {
        let named = |name: &String| Selector { event: Some(name.clone()), filter: filter.clone() };
        return types.into_iter().map(named).collect();
    }
    let operands = types.into_iter().map(|name| Operand::Text(name.clone())).collect();
    let subject = Subject::Field(Column::EventType);
    let is_one = Filter::Is(Predicate { subject, op: Op::In, operands });
    vec![Selector { event: None, filter: Filter::All(vec![is_one, filter.clone()]) }]
}

/// The column of event types.
pub(super) fn type_column() -> Wanted {
    Wanted::Value(Dimension::Value(Subject::Field(Column::EventType)))
}

/// The class bits of each event type, looked up once.
#[derive(Default)]
pub(super) struct Types {
    by_code: Vec<Option<u64>>,
}

impl Types {
    /// The mark with the bits of its classes; `column` is the index of [`type_column`].
    pub(super) fn classed<V: Values>(
        &mut self,
        mark: &Mark,
        classes: &Classes,
        column: usize,
        values: &V,
    ) -> Mark {
        let code = values.code(column, mark);
        let known = self.by_code.get(code as usize).copied().flatten();
        let bits = known.unwrap_or_else(|| self.look_up(code, classes, column, values));
        Mark { bits: mark.bits | bits, ..*mark }
    }

    fn look_up<V: Values>(
        &mut self,
        code: u32,
        classes: &Classes,
        column: usize,
        values: &V,
    ) -> u64 {
        let bits = match values.value(column, code) {
            BreakdownValue::Text(name) => {
                u64::from(classes.is_page_view(&name)) << PAGE_VIEW
                    | u64::from(classes.is_view(&name)) << VIEW
                    | u64::from(classes.is_interactive(&name)) << INTERACTIVE
            }
            _ => 0,
        };
        if self.by_code.len() <= code as usize {
            self.by_code.resize(code as usize + 1, None);
        }
        self.by_code[code as usize] = Some(bits);
        bits
    }
}
