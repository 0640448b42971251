//! A fair queue: entries are served in turns by key, so that one key with many entries does not delay
//! others.

use std::collections::{HashMap, VecDeque};

/// A queue with one line for each key; the lines are served in turns.
pub struct Queue<T> {
    /// The keys with a line, the next one first.
    turns: VecDeque<String>,
    lines: HashMap<String, VecDeque<T>>,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self { turns: VecDeque::new(), lines: HashMap::new() }
    }
}

impl<T> Queue<T> {
    /// Puts an entry at the end of its key's line.
    pub fn push(&mut self, key: &str, entry: T) {
        if let Some(line) = self.lines.get_mut(key) {
            line.push_back(entry);
            return;
        }
        self.lines.insert(key.to_owned(), VecDeque::from([entry]));
        self.turns.push_back(key.to_owned());
    }

    /// Removes the next entry that still `waits`; entries that do not are dropped.
    pub fn pop(&mut self, waits: impl Fn(&T) -> bool) -> Option<T> {
        while let Some(key) = self.turns.pop_front() {
            let Some(line) = self.lines.get_mut(&key) else { continue };
            let next = std::iter::from_fn(|| line.pop_front()).find(|entry| waits(entry));
            if line.is_empty() {
                self.lines.remove(&key);
            } else {
                self.turns.push_back(key);
            }
            if next.is_some() {
                return next;
            }
        }
        None
    }

    /// Whether an entry still `waits`.
    pub fn has(&self, waits: impl Fn(&T) -> bool) -> bool {
        self.lines.values().flatten().any(waits)
    }
}

#[cfg(test)]
mod tests {
    use super::Queue;

    #[test]
    fn keys_take_turns_and_each_line_keeps_its_order() {
        let mut queue = Queue::default();
        for (key, entry) in [("a", 1), ("a", 2), ("a", 3), ("b", 4), ("c", 5), ("b", 6)] {
            queue.push(key, entry);
        }
        let served: Vec<_> = std::iter::from_fn(|| queue.pop(|_| true)).collect();
        assert_eq!(served, [1, 4, 5, 2, 6, 3]);
        assert!(!queue.has(|_| true));
    }

    #[test]
    fn entries_that_no_longer_wait_are_skipped() {
        let mut queue = Queue::default();
        for (key, entry) in [("a", 1), ("a", 2), ("b", 3)] {
            queue.push(key, entry);
        }
        assert!(queue.has(|entry| *entry == 3) && !queue.has(|entry| *entry == 4));
        assert_eq!(queue.pop(|entry| *entry != 1), Some(2));
        assert_eq!(queue.pop(|entry| *entry != 3), None);
        assert!(!queue.has(|_| true));
    }
}
