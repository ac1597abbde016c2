//! Calls of template tags and calls through optional chains.

use crate::{program::Node, random::Random};

pub(crate) fn body(random: &mut Random) -> Vec<Node> {
    let mut nodes = vec![
        Node::line(
            "const tag = (strings, ...values) => { log(strings, strings.raw, values, Object.isFrozen(strings)); return strings; };",
        ),
        Node::line(
            "const o = { v: 1, f(...a) { return [this === o, ...a]; }, n: null, list: [1, [2]], deep: { v: 2, g() { return this; }, get got() { log('got'); return this; } }, t(s, ...v) { return [this === o, s.raw.join(), v]; } };",
        ),
        Node::line("const key = k => log('key', k);"),
        Node::line("const same = (site, other) => [site(1) === site(2), site(1) === other(1)];"),
    ];
    for _ in 0..8 {
        let text = match random.below(5) {
            0 => format!("same(x => tag{0}, x => tag{0})", template(random)),
            1 => format!("[1, 2].map(x => tag{}).map((s, at, all) => s === all[0])", template(random)),
            2 => {
                let template = template(random).replace("${x}", "${1}");
                let tag =
                    random.pick(&["o.t", "o['t']", "o.deep.t", "(() => o.t)()", "String.raw", "o?.t", "new Function"]);
                format!("{}{template}", if tag == "o?.t" || tag == "new Function" { "(o?.t)" } else { tag })
            }
            3 => format!("[{0}, {0}]", chain(random)),
            _ => match random.below(5) {
                0 => format!("delete {}", chain(random)),
                1 => format!("({})(1)", chain(random)),
                2 => format!("({}).v", chain(random)),
                3 => format!("typeof {} + {} ?? 'none'", chain(random), chain(random)),
                _ => format!("{} ?? ({} || 'other')", chain(random), chain(random)),
            },
        };
        nodes.push(Node::line(format!("log(attempt(() => {text}));")));
    }
    nodes
}

fn template(random: &mut Random) -> String {
    let pieces = [
        "a",
        "\\n",
        "\\\\",
        "\\u{61}",
        "\\u0062",
        "\\x63",
        "\\u",
        "\\xg",
        "\\0",
        "\\01",
        "\\`",
        "$",
        "\\${",
        "${x}",
        "${x}",
        "${[x, 2]}",
        " ",
        "\\\n",
        "\u{1F600}",
    ];
    let text: String = (0..random.below(5)).map(|_| random.pick(&pieces)).collect();
    // A single dollar sign before a substitution would begin another one.
    format!("`{}`", text.replace("$${", "$ ${"))
}

fn chain(random: &mut Random) -> String {
    let mut text = random
        .pick(&["o", "o", "o", "o.n", "o.none", "o.deep", "undefined", "null", "o.list", "'text'", "(o.n)"])
        .to_owned();
    let mut is_optional = true;
    for _ in 0..1 + random.below(4) {
        let optional = is_optional || random.one_in(3);
        is_optional = random.one_in(3);
        let dot = if optional { "?." } else { "." };
        let before = if optional { "?." } else { "" };
        text.push_str(&match random.below(9) {
            0 => format!("{dot}v"),
            1 => format!("{dot}f"),
            2 => format!("{before}(key(1))"),
            3 => format!("{before}[key('deep')]"),
            4 => format!("{dot}deep{dot}got"),
            5 => format!("{before}[key(0)]"),
            6 => format!("{dot}none"),
            7 => format!("{dot}f{before}(...[key(2), 3])"),
            _ => format!("{dot}list"),
        });
    }
    text
}
