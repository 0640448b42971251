//! The seeds of random worlds, so that each can be repeated.

/// The first seed of a test of random worlds, a different one for each `nth`: `{name}_SEED` repeats one world;
/// `{name}_BASE`, which `.ci/run` chooses and prints, all of them.
pub(crate) fn first_seed(name: &str, nth: u64) -> u64 {
    let given = |end: &str| std::env::var(format!("{name}_{end}")).ok().and_then(|seed| seed.parse::<u64>().ok());
    let base = || given("BASE").unwrap_or_else(|| rand::random::<u32>().into());
    given("SEED").unwrap_or_else(|| (base() << 3) | nth)
}
