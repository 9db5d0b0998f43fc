//! Asks another server for a document.
use super::address::Address;
use super::reach::is_public;
use bytes::Bytes;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{
    CONTENT_TYPE, ETAG, HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, LOCATION,
};
use reqwest::{Certificate, Client, Response, StatusCode};
use std::collections::HashMap;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::timeout;

/// How long a connection may take, its handshake included.
const CONNECT: Duration = Duration::from_secs(3);
/// How long all of it may take.
const TOTAL: Duration = Duration::from_secs(30);
/// Bytes that a document may have, once it is decompressed.
pub const MAX_BYTES: usize = 10_000_000;

/// Answers which addresses a name has, in tests.
pub type Lookup = Arc<dyn Fn(&str) -> Vec<IpAddr> + Send + Sync>;

/// Whether servers of this very machine may be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loopback {
    /// They may not: what listens there alone is not for others.
    Refused,
    /// They may: a test has one.
    Allowed,
}

/// Asks other servers, each host one thing at a time. Cheap to clone.
#[derive(Clone)]
pub struct Fetcher {
    client: Client,
    hosts: Arc<Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>>,
    total: Duration,
}

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// The entity tag of what is known already.
    pub etag: Option<String>,
    /// The date of it.
    pub last_modified: Option<String>,
}

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fetched {
    /// What is known already is what there is.
    Same,
    /// A document.
    Document(Document),
}

/// A document of another server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// What it says.
    pub bytes: Bytes,
    /// What it is said to be.
    pub content_type: Option<String>,
    /// Its entity tag and its date.
    pub known: Known,
}

/// Why there is no document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// Its host has an address that is not one of the public internet, or none.
    #[error("{0}")]
    Forbidden(String),
    /// It took too long.
    #[error("it did not answer within {} s", .0.as_secs())]
    Slow(Duration),
    /// There is more of it than is taken.
    #[error("it has more than {} MB", .0 / 1_000_000)]
    Large(usize),
    /// It is elsewhere, by its own account.
    #[error("it redirects to {0}; redirects are not followed, so name the address itself")]
    Redirect(String),
    /// It answers with another status than that of success.
    #[error("it answers {0}")]
    Status(u16),
    /// The connection failed, or what came over it.
    #[error("{0}")]
    Broken(String),
}

/// That a name has an address which is not connected to.
#[derive(Debug, thiserror::Error)]
#[error("the host {host} has the address {ip}, which is not of the public internet")]
struct NotPublic {
    host: String,
    ip: IpAddr,
}

/// Resolves a name once, and gives nothing unless every address of it may be connected to: the connection goes to these
/// very ones.
struct Checked {
    lookup: Option<Lookup>,
    loopback: Loopback,
}

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let (lookup, loopback) = (self.lookup.clone(), self.loopback);
        Box::pin(async move {
            let host = name.as_str();
            let found: Vec<SocketAddr> = match lookup {
                Some(lookup) => lookup(host).into_iter().map(|ip| SocketAddr::new(ip, 0)).collect(),
                None => tokio::net::lookup_host((host, 0)).await?.collect(),
            };
            let is_allowed =
                |ip: IpAddr| is_public(ip) || (loopback == Loopback::Allowed && ip.is_loopback());
            if let Some(other) = found.iter().map(SocketAddr::ip).find(|ip| !is_allowed(*ip)) {
                return Err(NotPublic { host: host.to_owned(), ip: other }.into());
            }
            let addresses: Addrs = Box::new(found.into_iter());
            Ok(addresses)
        })
    }
}

impl Fetcher {
    /// One that calls itself `agent`. It trusts the authorities of the system and those in `authorities` (PEM).
    ///
    /// # Errors
    /// When `authorities` are none, or the system has none that can be read.
    pub fn new(agent: &str, authorities: Option<&[u8]>) -> Result<Self, FetchError> {
        let made = certificates(authorities)?;
        let builder = base(agent, Checked { lookup: None, loopback: Loopback::Refused });
        let builder = if made.is_empty() { builder } else { builder.tls_certs_merge(made) };
        Self::of(builder, TOTAL)
    }

    /// One for tests: names have the addresses that `lookup` says, `authorities` alone are trusted, all of it may take so
    /// long. There is no other way to have a server of this machine asked.
    pub fn made_up(
        lookup: Lookup,
        loopback: Loopback,
        authorities: &[u8],
        total: Duration,
    ) -> Result<Self, FetchError> {
        let builder = base("Promenade (a test)", Checked { lookup: Some(lookup), loopback });
        Self::of(builder.tls_certs_only(certificates(Some(authorities))?), total)
    }

    fn of(builder: reqwest::ClientBuilder, total: Duration) -> Result<Self, FetchError> {
        let client = builder.build().map_err(|error| broken(&error))?;
        Ok(Self { client, hosts: Arc::default(), total })
    }

    /// The document at `address`, unless it is the one that is `known`.
    pub async fn fetch(&self, address: &Address, known: &Known) -> Result<Fetched, FetchError> {
        let turn = {
            let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
            hosts.entry(address.host().to_owned()).or_default().clone()
        };
        let _turn = turn.lock().await;
        timeout(self.total, self.ask(address, known)).await.unwrap_or(Err(FetchError::Slow(self.total)))
    }

    async fn ask(&self, address: &Address, known: &Known) -> Result<Fetched, FetchError> {
        let mut request = self.client.get(address.as_str());
        if let Some(etag) = &known.etag {
            request = request.header(IF_NONE_MATCH, etag);
        }
        if let Some(date) = &known.last_modified {
            request = request.header(IF_MODIFIED_SINCE, date);
        }
        let response = request.send().await.map_err(|error| broken(&error))?;
        let status = response.status();
        if status == StatusCode::NOT_MODIFIED && *known != Known::default() {
            return Ok(Fetched::Same);
        }
        if let Some(elsewhere) = header(&response, &LOCATION).filter(|_| status.is_redirection()) {
            return Err(FetchError::Redirect(elsewhere));
        }
        if status != StatusCode::OK {
            return Err(FetchError::Status(status.as_u16()));
        }
        let content_type = header(&response, &CONTENT_TYPE);
        let known =
            Known { etag: header(&response, &ETAG), last_modified: header(&response, &LAST_MODIFIED) };
        Ok(Fetched::Document(Document { bytes: body(response).await?, content_type, known }))
    }
}

impl fmt::Debug for Fetcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fetcher(…)")
    }
}

fn base(agent: &str, names: Checked) -> reqwest::ClientBuilder {
    Client::builder()
        .user_agent(agent)
        .https_only(true)
        .http1_only()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        // A proxy of the environment would look the name up by itself.
        .no_proxy()
        // Each request connects anew, to an address that was just checked.
        .pool_max_idle_per_host(0)
        .connect_timeout(CONNECT)
        .dns_resolver(names)
}

fn certificates(pem: Option<&[u8]>) -> Result<Vec<Certificate>, FetchError> {
    let Some(pem) = pem else { return Ok(Vec::new()) };
    let made = Certificate::from_pem_bundle(pem).map_err(|error| broken(&error))?;
    if made.is_empty() {
        return Err(FetchError::Broken("there is no certificate in it; PEM is expected".to_owned()));
    }
    Ok(made)
}

/// A header of an answer, if it is text of a sane length.
fn header(response: &Response, name: &HeaderName) -> Option<String> {
    let value = response.headers().get(name)?.to_str().ok()?;
    (value.len() <= 1_000).then(|| value.to_owned())
}

/// The body of an answer, decompressed, as far as it is taken: it is counted as it comes.
async fn body(mut response: Response) -> Result<Bytes, FetchError> {
    if response.content_length().is_some_and(|length| (MAX_BYTES as u64) < length) {
        return Err(FetchError::Large(MAX_BYTES));
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| broken(&error))? {
        if MAX_BYTES < bytes.len() + chunk.len() {
            return Err(FetchError::Large(MAX_BYTES));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.into())
}

/// What failed: the innermost cause says it best.
fn broken(error: &reqwest::Error) -> FetchError {
    let mut cause: &dyn std::error::Error = error;
    loop {
        if let Some(not_public) = cause.downcast_ref::<NotPublic>() {
            return FetchError::Forbidden(not_public.to_string());
        }
        match cause.source() {
            Some(inner) => cause = inner,
            None => break,
        }
    }
    if error.is_timeout() && error.is_connect() {
        return FetchError::Slow(CONNECT);
    }
    let what = if error.is_connect() { "it cannot be connected to" } else { "what it answers is broken" };
    FetchError::Broken(format!("{what}: {cause}"))
}
