//! A formula over the series of a trend: `A/B*100`, where `A` is the first series.

use thiserror::Error;

/// Characters of a formula.
pub const CHARS_MAX: usize = 200;
/// Brackets within brackets.
const DEPTH_MAX: usize = 32;

/// A parsed formula and its text.
#[derive(Clone, Debug, PartialEq)]
pub struct Formula {
    text: String,
    root: Node,
}

#[derive(Clone, Debug, PartialEq)]
enum Node {
    Number(f64),
    Series(usize),
    Negative(Box<Node>),
    Binary(char, Box<Node>, Box<Node>),
}

/// A text that is no formula.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct FormulaError(String);

impl Formula {
    /// Reads a formula over so many series.
    pub fn parse(text: &str, series: usize) -> Result<Self, FormulaError> {
        let chars: Vec<char> = text.chars().collect();
        if chars.len() > CHARS_MAX {
            let problem = format!("has {} characters, the limit is {CHARS_MAX}", chars.len());
            return Err(FormulaError(problem));
        }
        let mut parser = Parser { chars: &chars, at: 0, series, depth: 0 };
        let root = parser.sum()?;
        match parser.peek() {
            None => Ok(Self { text: text.to_owned(), root }),
            Some(c) => Err(parser.unexpected(c)),
        }
    }

    /// Its text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its value, 6 decimals; None when a series it needs has none, or for a division by zero.
    pub fn value(&self, series: &[Option<f64>]) -> Option<f64> {
        value(&self.root, series).map(crate::exact::six)
    }
}

fn value(node: &Node, series: &[Option<f64>]) -> Option<f64> {
    let number = match node {
        Node::Number(number) => *number,
        Node::Series(index) => (*series.get(*index)?)?,
        Node::Negative(inner) => -value(inner, series)?,
        Node::Binary(op, a, b) => {
            let (a, b) = (value(a, series)?, value(b, series)?);
            match op {
                '+' => a + b,
                '-' => a - b,
                '*' => a * b,
                _ if b == 0.0 => return None,
                _ => a / b,
            }
        }
    };
    number.is_finite().then_some(if number == 0.0 { 0.0 } else { number })
}

struct Parser<'a> {
    chars: &'a [char],
    at: usize,
    series: usize,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&mut self) -> Option<char> {
        while self.chars.get(self.at).is_some_and(|c| c.is_whitespace()) {
            self.at += 1;
        }
        self.chars.get(self.at).copied()
    }

    fn unexpected(&self, c: char) -> FormulaError {
        FormulaError(format!("has {c:?} where none can be, at character {}", self.at + 1))
    }

    fn sum(&mut self) -> Result<Node, FormulaError> {
        let mut left = self.product()?;
        while let Some(op @ ('+' | '-')) = self.peek() {
            self.at += 1;
            left = Node::Binary(op, Box::new(left), Box::new(self.product()?));
        }
        Ok(left)
    }

    fn product(&mut self) -> Result<Node, FormulaError> {
        let mut left = self.atom()?;
        while let Some(op @ ('*' | '/')) = self.peek() {
            self.at += 1;
            left = Node::Binary(op, Box::new(left), Box::new(self.atom()?));
        }
        Ok(left)
    }

    fn atom(&mut self) -> Result<Node, FormulaError> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(FormulaError(format!("is nested deeper than {DEPTH_MAX} levels")));
        }
        let node = match self.peek() {
            None => Err(FormulaError("ends too early".into())),
            Some('-') => {
                self.at += 1;
                Ok(Node::Negative(Box::new(self.atom()?)))
            }
            Some('(') => {
                self.at += 1;
                let inner = self.sum()?;
                match self.peek() {
                    Some(')') => {
                        self.at += 1;
                        Ok(inner)
                    }
                    Some(c) => Err(self.unexpected(c)),
                    None => Err(FormulaError("lacks a closing bracket".into())),
                }
            }
            Some(c) if c.is_ascii_alphabetic() => self.letter(c),
            Some(c) if c.is_ascii_digit() || c == '.' => self.number(c),
            Some(c) => Err(self.unexpected(c)),
        };
        self.depth -= 1;
        node
    }

    fn letter(&mut self, c: char) -> Result<Node, FormulaError> {
        self.at += 1;
        let index = usize::from(c.to_ascii_uppercase() as u8 - b'A');
        if index < self.series {
            return Ok(Node::Series(index));
        }
        Err(FormulaError(format!("names series {c}, there are only {}", self.series)))
    }

    fn number(&mut self, first: char) -> Result<Node, FormulaError> {
        let rest = &self.chars[self.at..];
        let len = rest.iter().take_while(|c| c.is_ascii_digit() || **c == '.').count();
        let text: String = rest[..len].iter().collect();
        let number = text.parse::<f64>().ok().filter(|n| n.is_finite());
        let number = number.ok_or_else(|| self.unexpected(first))?;
        self.at += len;
        Ok(Node::Number(number))
    }
}
