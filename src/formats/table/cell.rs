//! A field's value as the text of a CSV cell.
use crate::features::field::{FieldError, Kind, Value};
use chrono::SecondsFormat;

/// The value that the cell's `text` writes out.
pub(in crate::formats) fn read(kind: &Kind, text: &str) -> Result<Value, FieldError> {
    let mismatch = || kind.mismatch(text);
    match kind {
        Kind::Flag => match text {
            "yes" => kind.flag(true),
            "no" => kind.flag(false),
            _ => Err(mismatch()),
        },
        Kind::Whole(..) => kind.whole(text.parse().map_err(|_| mismatch())?),
        Kind::Decimal(..) => kind.decimal(text.parse().map_err(|_| mismatch())?),
        Kind::Choices(_) | Kind::Walls => kind.words(text.split(';').map(str::trim)),
        Kind::Text(_)
        | Kind::Choice(_)
        | Kind::Hours
        | Kind::Https
        | Kind::Date
        | Kind::MonthDay
        | Kind::TimeOfDay
        | Kind::Instant
        | Kind::Id
        | Kind::Wall => kind.text(text),
        Kind::Records(_) => Err(mismatch()),
    }
}

/// The cell that `value` is written as; a list of records has a file of its own.
pub(in crate::formats) fn write(value: &Value) -> String {
    match value {
        Value::Flag(true) => "yes".to_owned(),
        Value::Flag(false) => "no".to_owned(),
        Value::Whole(number) => number.to_string(),
        Value::Decimal(number) => number.to_string(),
        Value::Text(text) => text.to_string(),
        Value::Choice(word) => (*word).to_owned(),
        Value::Choices(words) => words.join(";"),
        Value::Date(day) => day.to_string(),
        Value::Instant(at) => at.to_rfc3339_opts(SecondsFormat::AutoSi, true),
        Value::Wall(wall) => wall.to_string(),
        Value::Walls(walls) => walls.iter().map(ToString::to_string).collect::<Vec<_>>().join(";"),
        Value::Records(_) => String::new(),
    }
}
