//! A CSV file with a header, read against the columns it may have; what is wrong with it is a list of findings.
pub(in crate::formats) mod cell;
mod finding;

pub use finding::{Finding, Findings, Severity};

/// A table whose cells stand in the order of the columns asked for.
pub(in crate::formats) struct Table {
    /// Its rows.
    pub(in crate::formats) rows: Vec<Row>,
}

/// One row: its line in the file, and a cell a column; none where it is empty or the column is absent.
pub(in crate::formats) struct Row {
    pub(in crate::formats) line: u64,
    pub(in crate::formats) cells: Vec<Option<String>>,
}

impl Row {
    /// The text of the cell in the column numbered `column`.
    pub(in crate::formats) fn cell(&self, column: usize) -> Option<&str> {
        self.cells[column].as_deref()
    }
}

impl Table {
    /// Reads `text`. A column that is not among `columns`, one given twice, one of `required` that is not there,
    /// and a row with more or fewer cells than the header are errors.
    pub(in crate::formats) fn read(
        file: &str,
        text: &str,
        columns: &[&str],
        required: &[&str],
        findings: &mut Findings,
    ) -> Self {
        // The reader counts a line less for each end that is CR LF.
        let text = text.replace("\r\n", "\n");
        let mut reader =
            csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
        let mut table = Self { rows: Vec::new() };
        let header: Vec<String> = match reader.headers() {
            Ok(header) => header.iter().map(ToOwned::to_owned).collect(),
            Err(error) => {
                findings.error(
                    file,
                    format!("has no header that can be read: {error}"),
                    "write the columns' names",
                );
                return table;
            }
        };
        if let [only] = &header[..]
            && only.contains(';')
        {
            findings.error(file, "has semicolons between its columns", "save it as CSV with commas");
            return table;
        }
        let missing = |name: &&&str| !header.iter().any(|given| given == **name);
        if let Some(name) = required.iter().find(missing) {
            // Once, not again for every row.
            findings.error_at(file, 1, Some(name), "is missing among the columns", "add the column");
            return table;
        }
        let mut at = vec![None; columns.len()];
        for (n, name) in header.iter().enumerate() {
            match columns.iter().position(|column| column == name) {
                None => {
                    let remedy = format!("use one of {}", columns.join(", "));
                    findings.error_at(file, 1, Some(name), "is not a column of this file", remedy);
                }
                Some(column) if at[column].is_some() => {
                    findings.error_at(file, 1, Some(name), "stands twice", "take one of the two out");
                }
                Some(column) => at[column] = Some(n),
            }
        }
        for record in reader.records() {
            let record = match record {
                Ok(record) => record,
                Err(error) => {
                    let line = error.position().map_or(1, csv::Position::line);
                    findings.error_at(file, line, None, format!("cannot be read: {error}"), "mend the row");
                    continue;
                }
            };
            let line = record.position().map_or(0, csv::Position::line);
            if record.len() != header.len() {
                let what = format!("has {} cells, the header has {}", record.len(), header.len());
                findings.error_at(file, line, None, what, "give each row a cell a column");
                continue;
            }
            let cell = |n: Option<usize>| {
                let text = record.get(n?).unwrap_or_default();
                (!text.is_empty()).then(|| text.to_owned())
            };
            table.rows.push(Row { line, cells: at.iter().map(|n| cell(*n)).collect() });
        }
        table
    }
}
