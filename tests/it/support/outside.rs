//! A server of others, over https, with an authority of its own; and names that lead to it.
use promenade::fetch::{Fetcher, Lookup, Loopback};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// How an answer comes.
#[derive(Clone, Debug)]
pub enum Pace {
    /// All of it at once.
    Whole(Vec<u8>),
    /// This at once, and then a byte every 20 ms for as long as anybody listens.
    Drip(Vec<u8>),
}

/// The server.
pub struct Outside {
    /// Its authority, as PEM.
    pub authority: String,
    /// Where it listens.
    pub port: u16,
    connects: Arc<AtomicUsize>,
    asked: Arc<Mutex<Vec<String>>>,
}

/// An answer with that status, these header lines and that body.
pub fn answer(status: &str, headers: &[&str], body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let length = format!("Content-Length: {}", body.len());
    let lines = [&[length.as_str()], headers].concat().join("\r\n");
    let mut all = format!("HTTP/1.1 {status}\r\n{lines}\r\n\r\n").into_bytes();
    all.extend_from_slice(body);
    all
}

impl Outside {
    /// Starts one for these hosts, which answers what `reply` makes of the head of a request.
    pub async fn start(hosts: &[&str], reply: impl Fn(&str) -> Pace + Send + Sync + 'static) -> Self {
        let mut of_authority = CertificateParams::new(Vec::new()).unwrap();
        of_authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(of_authority, KeyPair::generate().unwrap()).unwrap();
        let names: Vec<String> = hosts.iter().map(ToString::to_string).collect();
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(names).unwrap().signed_by(&key, &authority).unwrap();
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = ServerConfig::builder().with_no_client_auth();
        let config = config.with_single_cert(vec![certificate.der().clone()], key).unwrap();
        let (acceptor, reply) = (TlsAcceptor::from(Arc::new(config)), Arc::new(reply));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (connects, asked) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(Vec::new())));
        let (counted, noted) = (connects.clone(), asked.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                let (acceptor, reply, noted) = (acceptor.clone(), reply.clone(), noted.clone());
                tokio::spawn(async move {
                    let mut stream = acceptor.accept(stream).await.ok()?;
                    let mut head = Vec::new();
                    while !head.ends_with(b"\r\n\r\n") {
                        head.push(stream.read_u8().await.ok()?);
                    }
                    let head = String::from_utf8(head).unwrap();
                    noted.lock().unwrap().push(head.clone());
                    match reply(&head) {
                        Pace::Whole(bytes) => stream.write_all(&bytes).await.ok()?,
                        Pace::Drip(bytes) => {
                            stream.write_all(&bytes).await.ok()?;
                            loop {
                                tokio::time::sleep(Duration::from_millis(20)).await;
                                stream.write_all(b"x").await.ok()?;
                                stream.flush().await.ok()?;
                            }
                        }
                    }
                    stream.shutdown().await.ok()
                });
            }
        });
        Self { authority: authority.pem(), port, connects, asked }
    }

    /// One that asks this server, whatever name it is asked for.
    pub fn fetcher(&self) -> Fetcher {
        self.fetcher_by(Arc::new(|_| vec![IpAddr::V4(Ipv4Addr::LOCALHOST)]), Loopback::Allowed)
    }

    /// One that trusts this server, by these names, for two seconds.
    pub fn fetcher_by(&self, lookup: Lookup, loopback: Loopback) -> Fetcher {
        Fetcher::made_up(lookup, loopback, self.authority.as_bytes(), Duration::from_secs(2)).unwrap()
    }

    /// How often it was connected to.
    pub fn connects(&self) -> usize {
        self.connects.load(Ordering::SeqCst)
    }

    /// The heads of the requests so far.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}
