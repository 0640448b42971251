//! After a 500 the fake closes the connection (section 9.2).

use crate::dimail::fake::*;

/// A connection whose bytes the test reads and writes, so that its end is visible.
struct Line(TcpStream);

impl Line {
    async fn to(server: &Server) -> Line {
        Line(TcpStream::connect(server.base.strip_prefix("http://").unwrap()).await.unwrap())
    }

    async fn ask(&mut self, path: &str, auth: &str) {
        let head = format!("GET {path} HTTP/1.1\r\nhost: x\r\nauthorization: {auth}\r\n\r\n");
        self.0.write_all(head.as_bytes()).await.unwrap();
    }

    /// Reads one answer of the fake, whose JSON ends with a brace.
    async fn answer(&mut self) -> String {
        let mut answer = String::new();
        while !answer.ends_with('}') {
            let mut some = [0; 4096];
            let length = self.0.read(&mut some).await.unwrap();
            assert_ne!(length, 0, "closed after {answer:?}");
            answer.push_str(&String::from_utf8_lossy(&some[..length]));
        }
        answer
    }

    /// Reads to the end of the connection; fails if it stays open.
    async fn rest(&mut self) -> String {
        let mut rest = Vec::new();
        let closed = tokio::time::timeout(Duration::from_secs(20), self.0.read_to_end(&mut rest)).await;
        assert!(closed.is_ok(), "still open after {:?}", String::from_utf8_lossy(&rest));
        String::from_utf8(rest).unwrap()
    }
}

#[tokio::test]
async fn the_connection_is_closed_and_no_header_says_so() {
    for options in [seeded(), of_2024()] {
        let server = start(options).await;
        server.add_domain("a.fr", "a.fr").await;
        let token = server.token(LA_REGIE).await;
        for kind in ["", "refuse_500", "act_then_500"] {
            let mut line = Line::to(&server).await;
            line.ask("/domains/a.fr", &token).await;
            assert!(line.answer().await.starts_with("HTTP/1.1 200 "));
            let auth = if kind.is_empty() { token.replace("Bearer", "bearer") } else { token.clone() };
            if !kind.is_empty() {
                server.fault("GET", "/domains/*", kind).await;
            }
            line.ask("/domains/a.fr", &auth).await;
            let rest = line.rest().await;
            assert!(rest.starts_with("HTTP/1.1 500 ") && rest.ends_with("\r\n\r\nInternal Server Error"), "{rest}");
            assert!(!rest.to_lowercase().contains("\r\nconnection:"), "{rest}");
        }
    }
}

#[tokio::test]
async fn a_question_behind_a_500_is_never_heard() {
    let server = start(seeded()).await;
    let mut line = Line::to(&server).await;
    let twice = "GET /domains/a.fr HTTP/1.1\r\nhost: x\r\nauthorization: bearer x\r\n\r\n".repeat(2);
    line.0.write_all(twice.as_bytes()).await.unwrap();
    assert_eq!(line.rest().await.matches("HTTP/1.1").count(), 1);
    assert_eq!(server.journal().await.len(), 1);
}

#[tokio::test]
async fn other_refusals_leave_it_open() {
    let server = start(seeded()).await;
    let mut line = Line::to(&server).await;
    for kind in ["missing", "refuse_403", "refuse_409", "refuse_422"] {
        server.fault("GET", "/domains/*", kind).await;
        line.ask("/domains/a.fr", "Bearer x").await;
        assert!(line.answer().await.starts_with("HTTP/1.1 4"), "{kind}");
    }
}
