//! A small SMTP server for tests: it keeps the emails that it receives, and can be given answers.
//! It works without TLS, with TLS from the first byte, or with STARTTLS.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Instant;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;

/// An email as it was received.
#[derive(Clone, Debug)]
pub struct Received {
    /// The sender of the envelope.
    pub from: String,
    /// The recipient of the envelope.
    pub to: String,
    /// Headers and body, as they were sent.
    pub data: String,
    /// When it was accepted.
    pub at: Instant,
}

impl Received {
    /// The email with its quoted-printable parts decoded, so that links can be found in it.
    pub fn decoded(&self) -> String {
        let joined = self.data.replace("=\r\n", "");
        let mut bytes = Vec::new();
        let mut rest = joined.as_bytes();
        while let [first, others @ ..] = rest {
            let code = others.get(..2).and_then(|code| std::str::from_utf8(code).ok());
            let byte = code.filter(|_| *first == b'=').and_then(|code| u8::from_str_radix(code, 16).ok());
            bytes.push(byte.unwrap_or(*first));
            rest = if byte.is_some() { others.get(2..).unwrap_or_default() } else { others };
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

#[derive(Default)]
struct State {
    emails: Vec<Received>,
    lines: Vec<String>,
    connections: usize,
    answers: Vec<(String, String)>,
    /// Whether it waits before it accepts an email.
    waits: watch::Sender<bool>,
}

/// The protection of the connections.
#[derive(Clone)]
pub enum Protection {
    /// None.
    None,
    /// TLS from the first byte.
    Tls(TlsAcceptor),
    /// TLS after STARTTLS; before it, credentials are refused.
    StartTls(TlsAcceptor),
}

/// The server; it stops, and its connections end, when it is dropped.
pub struct Sink {
    /// The address on which it listens.
    pub address: SocketAddr,
    state: Arc<Mutex<State>>,
    task: JoinHandle<()>,
}

impl Sink {
    /// Starts a server on a free port of this machine.
    pub async fn start() -> Self {
        Self::start_with(Protection::None).await
    }

    /// As [`Sink::start`], with TLS.
    pub async fn start_with(protection: Protection) -> Self {
        Self::start_at("127.0.0.1:0".parse().expect("an address"), protection).await
    }

    /// Starts a server at this address, for example that of one that was stopped.
    pub async fn start_at(address: SocketAddr, protection: Protection) -> Self {
        let listener = TcpListener::bind(address).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(Mutex::new(State::default()));
        let task = tokio::spawn(listen(listener, protection, Arc::clone(&state)));
        Self { address, state, task }
    }

    /// The value of `SMTP_URL` for this server.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// From now on the server answers `answer` to each line that begins with `line`, such as `RCPT
    /// TO:<a@b.fr>`; `greeting` and `.` (the end of an email) count as lines. With an empty answer
    /// it stays silent.
    pub fn answer(&self, line: &str, answer: &str) {
        lock(&self.state).answers.insert(0, (line.into(), answer.into()));
    }

    /// Removes all answers set by [`Sink::answer`].
    pub fn behave(&self) {
        lock(&self.state).answers.clear();
    }

    /// From now on it accepts an email that it has received only after [`Sink::go_on`].
    pub fn wait(&self) {
        lock(&self.state).waits.send_replace(true);
    }

    /// It accepts emails at once again.
    pub fn go_on(&self) {
        lock(&self.state).waits.send_replace(false);
    }

    /// The emails that it accepted.
    pub fn emails(&self) -> Vec<Received> {
        lock(&self.state).emails.clone()
    }

    /// The lines that it received, without the emails.
    pub fn lines(&self) -> Vec<String> {
        lock(&self.state).lines.clone()
    }

    /// Stops the server: its connections are closed, new ones are refused.
    pub fn stop(&self) {
        self.task.abort();
    }

    /// How many connections were opened.
    pub fn connections(&self) -> usize {
        lock(&self.state).connections
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.stop();
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().expect("no test failed inside")
}

async fn listen(listener: TcpListener, protection: Protection, state: Arc<Mutex<State>>) {
    let mut talks = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        lock(&state).connections += 1;
        talks.spawn(talk(Box::new(stream), protection.clone(), Arc::clone(&state)));
    }
}

/// The stream of a conversation, with or without TLS.
trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Wire for T {}

/// Completes the TLS handshake; `None` if the client does not trust the certificate.
async fn protect(tls: &TlsAcceptor, stream: Box<dyn Wire>) -> Option<Box<dyn Wire>> {
    Some(Box::new(tls.accept(stream).await.ok()?))
}

/// One conversation, until it is closed.
async fn talk(stream: Box<dyn Wire>, protection: Protection, state: Arc<Mutex<State>>) -> Option<()> {
    let (stream, mut start_tls) = match protection {
        Protection::None => (stream, None),
        Protection::Tls(tls) => (protect(&tls, stream).await?, None),
        Protection::StartTls(tls) => (stream, Some(tls)),
    };
    let mut stream = BufReader::new(stream);
    say(&mut stream, &state, "greeting", "220 sink").await?;
    let (mut from, mut to) = (String::new(), String::new());
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let line = line.trim_end().to_owned();
        lock(&state).lines.push(line.clone());
        let address = || line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
        let usual = match line.split([' ', ':']).next().unwrap_or_default() {
            "EHLO" if start_tls.is_some() => "250-sink\r\n250-8BITMIME\r\n250 STARTTLS",
            "STARTTLS" if start_tls.is_some() => "220 go on in secret",
            "AUTH" | "MAIL" if start_tls.is_some() => "530 5.7.0 STARTTLS first",
            "EHLO" => "250-sink\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN",
            "AUTH" => "235 welcome",
            "MAIL" => {
                from = address();
                "250 ok"
            }
            "RCPT" => {
                to = address();
                "250 ok"
            }
            "DATA" => "354 go on",
            "QUIT" => "221 bye",
            "NOOP" | "RSET" => "250 ok",
            _ => "500 what",
        };
        let said = say(&mut stream, &state, &line, usual).await?;
        if line == "STARTTLS" && said.starts_with("220") {
            stream = BufReader::new(protect(&start_tls.take()?, stream.into_inner()).await?);
        }
        if said.starts_with("221") {
            return None;
        }
        if said.starts_with("354") {
            let data = read_email(&mut stream).await?;
            let mut waits = lock(&state).waits.subscribe();
            waits.wait_for(|waits| !waits).await.ok()?;
            let at = Instant::now();
            if say(&mut stream, &state, ".", "250 taken").await?.starts_with('2') {
                lock(&state).emails.push(Received { from: from.clone(), to: to.clone(), data, at });
            }
        }
    }
}

/// The lines of an email up to the single dot, with doubled leading dots undone.
async fn read_email(stream: &mut BufReader<Box<dyn Wire>>) -> Option<String> {
    let mut data = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        if line == ".\r\n" {
            return Some(data);
        }
        data.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}

/// Sends the answer that was set for this line, else the usual one; returns it.
async fn say(stream: &mut BufReader<Box<dyn Wire>>, state: &Mutex<State>, line: &str, usual: &str) -> Option<String> {
    let told = lock(state).answers.iter().find(|(start, _)| line.starts_with(start.as_str())).map(|(_, a)| a.clone());
    let answer = told.unwrap_or_else(|| usual.to_owned());
    if !answer.is_empty() {
        stream.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
    }
    Some(answer)
}
