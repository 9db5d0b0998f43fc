//! What is asked of other servers, and what they must not make us ask: documents by `https`, from a host that was named
//! beforehand, at a public address, without redirects, in bounded time and size. It knows nothing of what they say.
mod address;
mod fetcher;
mod reach;

pub use address::{Address, AddressError};
pub use fetcher::{Document, FetchError, Fetched, Fetcher, Known, Lookup, Loopback, MAX_BYTES};
