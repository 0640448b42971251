//! Where an address or a name of the DNS may break when it is wider than its place.

/// Splits a value where a line may break: before an `@`, and after each dot of a domain name but the last two
/// (`mx.`, `ox.`, `gouv.fr.`). The end of a name and its final dot stay on one line.
pub(crate) fn pieces(value: &str) -> Vec<&str> {
    let mut rest = value;
    let mut pieces = Vec::new();
    while let Some(end) = first_break(rest) {
        let (piece, after) = rest.split_at(end);
        pieces.push(piece);
        rest = after;
    }
    pieces.push(rest);
    pieces
}

fn first_break(text: &str) -> Option<usize> {
    text.char_indices().skip(1).map(|(at, _)| at).find(|at| {
        let (before, after) = text.split_at(*at);
        after.starts_with('@') || (before.ends_with('.') && goes_on(after))
    })
}

/// Whether at least two labels of a domain name follow. The local part of an address (before its `@`) has none.
fn goes_on(after: &str) -> bool {
    let name = after.split(char::is_whitespace).next().unwrap_or_default();
    !name.contains('@') && name.trim_end_matches('.').contains('.')
}

#[cfg(test)]
mod tests {
    use super::pieces;

    #[test]
    fn a_name_keeps_its_last_label_and_its_last_dot() {
        assert_eq!(pieces("mx.ox.numerique.gouv.fr."), ["mx.", "ox.", "numerique.", "gouv.fr."]);
        assert_eq!(pieces("mx.ancien-hebergeur.example."), ["mx.", "ancien-hebergeur.example."]);
        assert_eq!(pieces("ville.example"), ["ville.example"]);
        assert_eq!(pieces("@"), ["@"]);
        assert_eq!(pieces(""), [""]);
        assert_eq!(pieces("v=spf1 include:_spf.ville.fr -all"), ["v=spf1 include:_spf.", "ville.fr -all"]);
    }

    #[test]
    fn an_address_breaks_before_its_at_sign() {
        assert_eq!(pieces("jean.dupont@ville.fr"), ["jean.dupont", "@ville.fr"]);
    }
}
