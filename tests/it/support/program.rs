//! The built program: run to its end, or as a server that is asked over real sockets.
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long anything may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(20);

/// The program with these arguments, in the working folder `folder`, with no setting of whoever runs the tests.
fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_promenade"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("PROMENADE_")) {
        command.env_remove(name);
    }
    command.args(arguments).current_dir(folder).stdin(Stdio::null());
    command
}

/// How a run ended.
#[derive(Debug)]
pub struct Ended {
    pub code: i32,
    pub out: String,
    pub err: String,
    pub took: Duration,
}

/// Runs the program to its end.
pub fn run(folder: &Path, arguments: &[&str]) -> Ended {
    run_with(folder, arguments, &[])
}

/// Runs the program to its end with these variables.
pub fn run_with(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Ended {
    let said = tempfile::tempdir().unwrap();
    let (out, err) = (said.path().join("out"), said.path().join("err"));
    let start = Instant::now();
    let mut child = command(folder, arguments)
        .envs(variables.iter().copied())
        .stdout(fs::File::create(&out).unwrap())
        .stderr(fs::File::create(&err).unwrap())
        .spawn()
        .unwrap();
    let status = ended(&mut child);
    let took = start.elapsed();
    let (out, err) = (fs::read_to_string(out).unwrap(), fs::read_to_string(err).unwrap());
    let status = status.unwrap_or_else(|| panic!("{arguments:?} does not end:\n{out}{err}"));
    let code = status.code().unwrap_or_else(|| panic!("{arguments:?} was killed:\n{out}{err}"));
    Ended { code, out, err, took }
}

/// Waits for the end of `child`; one that does not end is killed.
fn ended(child: &mut Child) -> Option<ExitStatus> {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if let Some(status) = child.try_wait().unwrap() {
            return Some(status);
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    None
}

/// A running server. Dropped, it is killed.
pub struct Server {
    child: Child,
    /// What it printed when it had started.
    pub banner: Vec<String>,
    /// Where it answers the public.
    pub public: String,
    /// Where it answers what the public must not see.
    pub admin: String,
    said: TempDir,
}

impl Server {
    /// Starts a server on free ports and waits until it says that it runs.
    pub fn start(folder: &Path, arguments: &[&str]) -> Self {
        let ports = ["--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"];
        let first = usize::from(arguments.first() == Some(&"serve"));
        let arguments = [&arguments[..first], &ports, &arguments[first..]].concat();
        Self::start_with(folder, &arguments, &[])
    }

    /// Starts a server with these variables, which say where it listens.
    pub fn start_with(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let said = tempfile::tempdir().unwrap();
        let err = said.path().join("err");
        let mut child = command(folder, arguments)
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(fs::File::create(&err).unwrap())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let mut banner: Vec<String> = Vec::new();
        while banner.last().is_none_or(|line| !line.ends_with("/metrics")) {
            banner.push(lines.next().unwrap_or_else(|| {
                let err = fs::read_to_string(&err).unwrap();
                panic!("{arguments:?} ended before it had started:\n{err}")
            }));
        }
        let address = |end: &str| {
            let line = banner.iter().find(|line| line.ends_with(end)).unwrap();
            line.rsplit_once("://").unwrap().1.strip_suffix(end).unwrap().to_owned()
        };
        let (public, admin) = (address("/openapi.yaml"), address("/metrics"));
        Self { child, banner, public, admin, said }
    }

    /// The number of its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What it has logged.
    pub fn log(&self) -> String {
        fs::read_to_string(self.said.path().join("err")).unwrap()
    }

    /// GETs `target` of the public listener.
    pub fn get(&self, target: &str) -> Reply {
        get(&self.public, target, &[])
    }

    /// The body of `target`, which is answered with 200.
    pub fn body(&self, target: &str) -> String {
        let reply = self.get(target);
        assert_eq!(reply.status, 200, "{target}: {}", reply.body);
        reply.body
    }

    /// Sends it `signal`, such as `TERM`.
    pub fn signal(&self, signal: &str) {
        let pid = self.pid().to_string();
        let sent = Command::new("kill").args([&format!("-{signal}"), &pid]).status().unwrap();
        assert!(sent.success());
    }

    /// Sends it `signal`; its exit code, and how long it took to end.
    pub fn stop(mut self, signal: &str) -> (Option<i32>, Duration) {
        let start = Instant::now();
        self.signal(signal);
        let status = ended(&mut self.child).unwrap_or_else(|| panic!("does not end:\n{}", self.log()));
        (status.code(), start.elapsed())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An answer over a socket.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    /// Its headers as they came, names in lower case.
    pub head: String,
    pub body: String,
}

/// GETs `target` at `address`, with more header lines.
pub fn get(address: &str, target: &str, headers: &[String]) -> Reply {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut request = format!("GET {target} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n");
    for header in headers {
        request.push_str(header);
        request.push_str("\r\n");
    }
    request.push_str("\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{target}: {answer:?}"));
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let head = head.to_lowercase();
    let length = format!("content-length: {}", body.len());
    assert!(head.contains(&length), "{target}: {length} expected:\n{head}");
    Reply { status, head, body: body.to_owned() }
}

/// The status of the answer to a request with these lines at `address`, and its body.
pub fn send(address: &str, request: &str, lines: &[&str], body: &str) -> (u16, String) {
    try_send(address, request, lines, body).unwrap_or_else(|error| panic!("{request}: {error}"))
}

/// The same, where there may be nobody who answers, or not to the end.
pub fn try_send(address: &str, request: &str, lines: &[&str], body: &str) -> std::io::Result<(u16, String)> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let length = format!("Content-Length: {}", body.len());
    let head = [&[request, "Host: a", "Connection: close", &length], lines].concat().join("\r\n");
    stream.write_all(format!("{head}\r\n\r\n{body}").as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    let whole = status.zip(answer.split_once("\r\n\r\n"));
    let (status, (_, body)) = whole.ok_or(std::io::ErrorKind::UnexpectedEof)?;
    Ok((status, body.to_owned()))
}

/// The names of what is in `folder`, in order.
pub fn listing(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort_unstable();
    names
}

/// Writes the files of an area folder into `folder`, and says where.
pub fn write_area(folder: &Path, files: &promenade::formats::area::Files) -> PathBuf {
    for (name, bytes) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder.to_owned()
}
