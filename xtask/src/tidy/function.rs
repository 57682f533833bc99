//! A function fits a screen.
//!
//! Functions are found by their lines as rustfmt writes them: `fn` at some depth, and a closing
//! brace alone at the same depth.

use crate::Problem;

const LINES_MAX: usize = 70;

/// Functions of a file that are too long.
pub(super) fn check(path: &str, text: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    // Functions whose end was not seen: line, depth, name.
    let mut open: Vec<(usize, usize, &str)> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let code = line.trim_start();
        let depth = line.len() - code.len();
        if let Some(name) = function_name(code)
            && !code.ends_with('}')
            && !code.ends_with(';')
        {
            open.push((index, depth, name));
        }
        let ends = code == "}" || code == ");" || (code.starts_with(')') && code.ends_with(';'));
        if ends && let Some((start, _, name)) = open.pop_if(|(_, at, _)| *at == depth) {
            let lines = index - start + 1;
            if lines > LINES_MAX {
                let place = format!("{path}:{}", start + 1);
                let message = format!("fn {name} has {lines} lines, the limit is {LINES_MAX}");
                problems.push(Problem::new(place, message));
            }
        }
    }
    problems
}

/// The name, when a line begins a function.
fn function_name(code: &str) -> Option<&str> {
    let mut rest = code;
    for word in ["pub", "(crate) ", "(super) ", " ", "default ", "const ", "async ", "unsafe "] {
        rest = rest.strip_prefix(word).unwrap_or(rest);
    }
    let name = rest.strip_prefix("fn ")?;
    let end = name.find(['(', '<'])?;
    Some(&name[..end])
}
