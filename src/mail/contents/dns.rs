//! The email to a person who manages a domain's DNS.

use crate::i18n::Sentences;
use crate::mail::parts::{EmailParts, EmailTable, Facts, one_line};
use crate::mail::shown::{both_forms, for_people};
use crate::model::dns_share::DNS_LINK_VALID;
use crate::model::{SettingToSend, spf};
use crate::urls;

/// The records that a person is asked to publish, and the link that shows what is left to do.
pub(super) fn dns_settings(
    s: Sentences,
    facts: &Facts<'_>,
    (by, address, domain): (&str, &str, &str),
    (settings, right): (&[SettingToSend], usize),
) -> EmailParts {
    let row = |setting: &SettingToSend| {
        let priority = setting.priority.map(|priority| priority.to_string()).unwrap_or_default();
        [&setting.kind, &setting.name, &setting.value, &priority].map(|cell| one_line(cell)).to_vec()
    };
    let has = |is: fn(&SettingToSend) -> bool| settings.iter().any(is);
    let mut after = vec![s.t("email-dns-names")];
    if has(|setting| setting.priority.is_some()) {
        after.push(s.t1("email-dns-mx", "by", by));
    }
    if has(|setting| setting.value.starts_with(spf::VERSION)) {
        after.push(s.t("email-dns-spf"));
    }
    if right > 0 {
        after.push(s.t1("email-dns-right", "n", right));
    }
    after.push(s.t1("email-dns-link", "length", s.duration(DNS_LINK_VALID)));
    let columns = ["dns-column-type", "dns-column-name", "dns-column-value", "dns-column-priority"];
    EmailParts {
        subject: s.t1("email-dns-subject", "domain", for_people(domain)),
        before: vec![s.t3("email-dns-text", "by", by, "address", address, "domain", both_forms(s, domain))],
        table: Some(EmailTable {
            columns: columns.map(|key| s.t(key)).to_vec(),
            rows: settings.iter().map(row).collect(),
        }),
        after,
        button: s.t("email-dns-button"),
        link: facts.link_address(urls::dns_link),
        last: vec![s.t1("email-dns-unexpected", "by", by)],
        ..EmailParts::to_all(s)
    }
}
