//! Prints the figures as a table on standard output.

use std::io::Write as _;

use crate::figures::Figures;

pub(crate) fn print(figures: &Figures) {
    let mut out = std::io::stdout().lock();
    let mut line = |name: &str, cells: [String; 3], unit: &str| {
        let [least, median, most] = cells;
        // A closed pipe stops the output; it must not stop the benchmark.
        let _ = writeln!(out, "{name:<52} {least:>10} {median:>10} {most:>10}  {unit}");
    };
    line("", ["min", "median", "max"].map(str::to_owned), "");
    for figure in figures.iter() {
        let (least, median, most) = figure.spread();
        line(&figure.name, [least, median, most].map(|value| format!("{value:.1}")), figure.unit);
    }
}
