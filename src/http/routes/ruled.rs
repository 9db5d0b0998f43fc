//! A path and what may be done there, by whom, and by whose pages.
use super::{Operation, Routes};
use crate::access::{Row, Who};
use crate::http::flight::Class;
use axum::http::Method;

/// What pages of other origins may do at a path, as CORS says it: methods, and headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::http) struct Open {
    pub(in crate::http) methods: &'static str,
    pub(in crate::http) headers: &'static str,
}

/// Reading what everybody may read.
pub(in crate::http) const READ: Open = Open { methods: "GET, HEAD", headers: "if-none-match" };
/// Saying that an offer was looked at.
const COUNT: Open = Open { methods: "POST", headers: "content-type" };

/// An operation, and who may ask for it.
pub(in crate::http) struct Ruled {
    pub(in crate::http) operation: Operation,
    pub(in crate::http) row: &'static Row,
}

impl Ruled {
    /// Whether a web page from anywhere may read it.
    pub(in crate::http) fn is_public_read(&self) -> bool {
        self.row.who == Who::Everybody && self.operation.method == Method::GET
    }

    /// Whether a web page from anywhere may ask for it: what everybody may read, and to count that an offer was looked at.
    pub(in crate::http) fn is_open(&self) -> bool {
        self.is_public_read() || self.operation.class == Class::Count
    }
}

/// One path, and its operations.
pub(in crate::http) struct Route {
    /// The path, with parameters in braces.
    pub(in crate::http) template: &'static str,
    /// What is between its slashes.
    pub(super) segments: Vec<&'static str>,
    /// What may be done there.
    pub(super) operations: Vec<Ruled>,
}

/// The route that an address is of, and what stands in the address for the parameters.
#[derive(Clone, Copy)]
pub(in crate::http) struct Matched<'r, 'a> {
    pub(in crate::http) route: &'r Route,
    pub(in crate::http) parts: [&'a str; Routes::PARAMETERS],
}

impl Route {
    /// What is done here with that method; HEAD is answered as GET is.
    pub(in crate::http) fn operation(&self, method: &Method) -> Option<&Ruled> {
        let method = if *method == Method::HEAD { &Method::GET } else { method };
        self.operations.iter().find(|ruled| ruled.operation.method == *method)
    }

    /// What a web page from anywhere may do here, and the headers that it may send for it.
    pub(in crate::http) fn open_to_pages(&self) -> Option<Open> {
        let open = self.operations.iter().find(|ruled| ruled.is_open())?;
        Some(if open.is_public_read() { READ } else { COUNT })
    }
}
