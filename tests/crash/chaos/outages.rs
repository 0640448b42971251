//! A dimail that is frozen or killed, and an SMTP server that refuses, is silent or away.

use std::time::Duration;

use rand::Rng;
use rand::rngs::StdRng;

use super::{Run, one_in, pick};

/// What the SMTP server answers to which lines: refusals for all, for a while, and silence. None of them is about
/// a recipient, so that no email is to be given up.
const REFUSALS: [(&str, &str); 8] = [
    ("RCPT", "554 5.7.1 relay access denied"),
    ("RCPT", "451 4.3.0 try again"),
    ("MAIL", "550 5.7.1 you may not send as that"),
    ("DATA", "451 4.3.0 try again"),
    (".", "452 4.3.1 no room"),
    (".", ""),
    ("greeting", "421 4.3.2 not now"),
    ("greeting", ""),
];
/// Between two outages of the SMTP server, in milliseconds.
const PAUSE: std::ops::RangeInclusive<u64> = 500..=3000;

impl Run {
    pub(super) async fn disturb_emails(&self) {
        let mut rng = self.rng(3);
        while !self.is_done() {
            tokio::time::sleep(Duration::from_millis(rng.random_range(PAUSE))).await;
            if one_in(&mut rng, 3) {
                self.stop_smtp(&mut rng).await;
            } else {
                self.refuse_emails(&mut rng).await;
            }
        }
    }

    pub(super) async fn freeze(&self, rng: &mut StdRng) {
        self.world.dimail.freeze();
        self.count("frozen");
        self.note("dimail is frozen");
        tokio::time::sleep(Duration::from_millis(rng.random_range(500..2500))).await;
        self.world.dimail.thaw();
        self.note("dimail goes on");
    }

    pub(super) async fn kill_dimail(&self, rng: &mut StdRng) {
        self.count_calls().await;
        self.world.dimail.kill();
        self.count("dimail killed");
        self.note("dimail is killed");
        tokio::time::sleep(Duration::from_millis(rng.random_range(0..2000))).await;
        self.world.dimail.start_again();
        self.note("dimail is there again");
    }

    async fn refuse_emails(&self, rng: &mut StdRng) {
        let (line, answer) = pick(rng, &REFUSALS);
        self.smtp.answer(line, answer);
        self.count("smtp refuses");
        self.note(format!("SMTP: {answer:?} to {line}"));
        tokio::time::sleep(Duration::from_millis(rng.random_range(200..2000))).await;
        self.smtp.behave();
        self.note("SMTP: as usual");
    }

    async fn stop_smtp(&self, rng: &mut StdRng) {
        self.smtp.stop();
        self.count("smtp away");
        self.note("SMTP: away");
        tokio::time::sleep(Duration::from_millis(rng.random_range(200..2000))).await;
        self.smtp.start_again().await;
        self.note("SMTP: there again");
    }
}
