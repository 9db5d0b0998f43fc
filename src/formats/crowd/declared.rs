//! Declarations and policies as JSON documents, the way the audit keeps them. Their authors are pseudonyms.
use crate::beaches::{Access, Colour, PolicyValues};
use crate::catalogue::{AdoptedPolicy, Declaration};
use crate::formats::json::{write_instant, write_key, write_string};

/// Declarations.
pub fn declarations_document(declared: &[Declaration]) -> String {
    let mut out = vec![b'['];
    for one in declared {
        if 1 < out.len() {
            out.push(b',');
        }
        write_declaration(&mut out, one);
    }
    out.push(b']');
    String::from_utf8(out).expect("text in, text out")
}

/// Appends a declaration: members without a value are left out.
fn write_declaration(out: &mut Vec<u8>, one: &Declaration) {
    out.push(b'{');
    let id = one.id.to_string();
    for (name, text) in [
        ("id", Some(id.as_str())),
        ("level", one.level.map(Colour::name)),
        ("access", one.access.map(Access::name)),
        (one.axis.code_name(), Some(&*one.code)),
        ("message", one.message.as_deref()),
    ] {
        if let Some(text) = text {
            write_key(out, name);
            write_string(out, text);
        }
    }
    for (name, at) in [
        ("starts_at", Some(one.starts_at)),
        ("expires_at", Some(one.expires_at)),
        ("created_at", Some(one.created_at)),
        ("cancelled_at", one.cancelled_at),
    ] {
        if let Some(at) = at {
            write_key(out, name);
            write_instant(out, at);
        }
    }
    write_key(out, "author");
    write_string(out, &one.author);
    out.push(b'}');
}

/// A policy, with all its values as decimal numbers.
pub fn adopted_document(adopted: &AdoptedPolicy) -> String {
    let mut out = vec![b'{'];
    write_policy(&mut out, adopted);
    out.push(b'}');
    String::from_utf8(out).expect("text in, text out")
}

/// Appends the members of a policy.
fn write_policy(out: &mut Vec<u8>, adopted: &AdoptedPolicy) {
    write_key(out, "version");
    write_string(out, adopted.policy.version());
    write_key(out, "adopted_from");
    write_instant(out, adopted.adopted_from);
    write_key(out, "created_at");
    write_instant(out, adopted.created_at);
    write_key(out, "author");
    write_string(out, &adopted.author);
    write_values(out, adopted.policy.values());
}

/// Appends the values of a policy, the member `values`.
pub fn write_values(out: &mut Vec<u8>, values: &PolicyValues) {
    write_key(out, "values");
    out.push(b'{');
    for (name, value) in PolicyValues::NAMES.into_iter().zip(values.all()) {
        write_key(out, name);
        out.extend_from_slice(value.to_string().as_bytes());
    }
    out.push(b'}');
}
