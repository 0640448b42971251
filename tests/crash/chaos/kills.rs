//! The portals are killed at random times and started again.

use std::time::{Duration, Instant};

use rand::Rng;

use super::{Run, WISHES_PER_KILL, one_in};
use crate::support::world::Portal;

impl Run {
    pub(super) async fn kill_portals(&self, portals: &mut [Portal]) {
        let mut rng = self.rng(1);
        let mut times: Vec<usize> =
            (0..self.wishes / WISHES_PER_KILL).map(|_| rng.random_range(5..self.wishes)).collect();
        times.sort_unstable();
        for asked in times {
            while self.asked.get() < asked {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            tokio::time::sleep(Duration::from_millis(rng.random_range(0..120))).await;
            let number = rng.random_range(0..portals.len());
            portals[number].process.kill();
            self.kills.borrow_mut().push(Instant::now());
            self.note(format!("portal {number} is killed"));
            if one_in(&mut rng, 3) {
                tokio::time::sleep(Duration::from_millis(rng.random_range(0..500))).await;
            }
            let _works = self.disturbance.turn.lock().await;
            self.world.again(&mut portals[number]).await;
            self.disturbance.portals_are(portals);
            self.note(format!("portal {number} is there again"));
        }
    }
}
