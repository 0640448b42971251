//! To which other addresses the emails to an address go, as sentences.

use super::Sentences;
use crate::model::{DomainName, Lead, LeadWay};

impl Sentences {
    /// One step on which emails leave an address of `domain`. `sees_secondary`: whether the reader may see
    /// secondary addresses.
    pub fn lead(&self, domain: &DomainName, lead: &Lead, sees_secondary: bool) -> String {
        let (from, to) = (lead.from.at(domain), lead.to.as_str());
        match lead.way {
            LeadWay::Alias => self.t2("leads-alias", "from", from, "to", to),
            LeadWay::Secondary if sees_secondary => self.t2("leads-secondary", "from", from, "to", to),
            LeadWay::Secondary => self.t1("leads-secondary-hidden", "from", from),
            LeadWay::Creation => self.t1("leads-creation", "from", from),
        }
    }
}
