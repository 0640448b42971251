//! What people want a mailbox to be, what dimail was last known to have, and the step between the two.

use strum::{Display, EnumString};

/// What people want a mailbox to be, apart from its names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Display, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum Wants {
    /// There, and active.
    Active,
    /// There, and inactive.
    Inactive,
    /// Not there.
    Absent,
}

/// What dimail was last known to have of a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Display, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum Known {
    /// Nothing was ever sent.
    New,
    /// Nothing is there.
    Absent,
    /// It is there, and active.
    Active,
    /// It is there, and inactive.
    Inactive,
    /// Open-XChange has its user, but there is no mailbox: only operators can repair that.
    HalfMade,
    /// It was there and no longer is, although the portal did not delete it.
    Gone,
}

impl Known {
    /// Whether it is there.
    #[must_use]
    pub fn is_present(self) -> bool {
        matches!(self, Self::Active | Self::Inactive)
    }
}

/// What decides the next step of a mailbox.
#[derive(Clone, Copy, Debug)]
pub struct Situation {
    /// What is wanted.
    pub wants: Wants,
    /// What was last known.
    pub known: Known,
    /// Whether other names are wanted than dimail has.
    pub renames: bool,
    /// Whether it is created again because dimail lost it: also one that is to be inactive.
    pub is_pushed: bool,
    /// Whether a refusal stands: nothing is sent until a person asks again.
    pub is_refused: bool,
    /// How certain it is what dimail has.
    pub certainty: Certainty,
}

/// How certain it is what dimail has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// It is known.
    Certain,
    /// It was observed, but a call may still act.
    MayChange,
    /// It was not observed since the last call without an answer.
    Unsure,
}

/// The next step of a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Ask dimail for the present state.
    Observe,
    /// Create it, after it was seen absent.
    Create,
    /// Send the wanted names.
    Rename,
    /// Make it active, with its names.
    Enable,
    /// Make it inactive.
    Disable,
    /// Delete it.
    Delete,
    /// Delete the row: dimail has nothing, and no call may act any longer.
    Drop,
    /// None.
    Nothing,
}

/// The step that brings dimail closer to what is wanted.
#[must_use]
pub fn next_step(situation: Situation) -> Step {
    let Situation { wants, known, renames, is_pushed, is_refused, certainty } = situation;
    if certainty == Certainty::Unsure {
        return Step::Observe;
    }
    match (wants, known) {
        (Wants::Active | Wants::Inactive, _) if is_refused => Step::Nothing,
        (Wants::Active, Known::New | Known::Absent) => Step::Create,
        // dimail creates active ones only: it is disabled when it is there.
        (Wants::Inactive, Known::New | Known::Absent) if is_pushed => Step::Create,
        (Wants::Active, Known::Active) if renames => Step::Rename,
        (Wants::Active, Known::Inactive) => Step::Enable,
        // Names are sent when it becomes active again.
        (Wants::Inactive, Known::Active) => Step::Disable,
        (Wants::Absent, Known::Active | Known::Inactive) => Step::Delete,
        (Wants::Absent, Known::New | Known::Absent | Known::Gone) if certainty == Certainty::Certain => Step::Drop,
        _ => Step::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::Known::{Absent, Active, Gone, HalfMade, Inactive, New};
    use super::{Certainty, Known, Situation, Step, Wants, next_step};

    /// The order of the columns in the table of steps.
    const KNOWN: [Known; 6] = [New, Absent, Active, Inactive, HalfMade, Gone];

    fn situation(wants: Wants, known: Known) -> Situation {
        Situation { wants, known, renames: false, is_pushed: false, is_refused: false, certainty: Certainty::Certain }
    }

    fn steps(wants: Wants, change: impl Fn(Situation) -> Situation) -> [Step; 6] {
        KNOWN.map(|known| next_step(change(situation(wants, known))))
    }

    #[test]
    fn the_table_of_steps() {
        use Step::{Create, Delete, Disable, Drop, Enable, Nothing, Observe, Rename};
        let all = |step: Step| [step; 6];
        let renames = |of| Situation { renames: true, ..of };
        let pushed = |of| Situation { is_pushed: true, ..of };
        let refused = |of| Situation { is_refused: true, ..of };
        let may_act = |of| Situation { certainty: Certainty::MayChange, ..of };
        assert_eq!(steps(Wants::Active, |of| of), [Create, Create, Nothing, Enable, Nothing, Nothing]);
        assert_eq!(steps(Wants::Active, renames), [Create, Create, Rename, Enable, Nothing, Nothing]);
        assert_eq!(steps(Wants::Active, may_act), [Create, Create, Nothing, Enable, Nothing, Nothing]);
        assert_eq!(steps(Wants::Inactive, |of| of), [Nothing, Nothing, Disable, Nothing, Nothing, Nothing]);
        assert_eq!(steps(Wants::Inactive, renames), [Nothing, Nothing, Disable, Nothing, Nothing, Nothing]);
        assert_eq!(steps(Wants::Active, pushed), steps(Wants::Active, |of| of));
        assert_eq!(steps(Wants::Inactive, pushed), [Create, Create, Disable, Nothing, Nothing, Nothing]);
        assert_eq!(steps(Wants::Absent, pushed), steps(Wants::Absent, |of| of));
        assert_eq!(steps(Wants::Absent, |of| of), [Drop, Drop, Delete, Delete, Nothing, Drop]);
        assert_eq!(steps(Wants::Absent, may_act), [Nothing, Nothing, Delete, Delete, Nothing, Nothing]);
        for wants in [Wants::Active, Wants::Inactive] {
            assert_eq!(steps(wants, refused), all(Nothing), "a refusal stands");
            assert_eq!(steps(wants, |of| refused(pushed(of))), all(Nothing), "a refusal stands");
        }
        assert_eq!(steps(Wants::Absent, refused), [Drop, Drop, Delete, Delete, Nothing, Drop], "not for a deletion");
        for wants in [Wants::Active, Wants::Inactive, Wants::Absent] {
            let unsure = |of| Situation { certainty: Certainty::Unsure, ..refused(renames(of)) };
            assert_eq!(steps(wants, unsure), all(Observe));
        }
    }
}
