//! Documents of every notation.
