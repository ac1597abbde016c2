//! OVER and WINDOW. A named window is written out at each use.

use sqlparser::ast::{
    NamedWindowDefinition, NamedWindowExpr, WindowFrame, WindowFrameBound, WindowFrameUnits, WindowSpec, WindowType,
};

use super::{
    names::{Name, Scope},
    rejection::{SqlRejection, unless, unsupported},
    writer::Writer,
};

impl Writer<'_> {
    /// Writes OVER.
    pub(super) fn over(&mut self, over: &WindowType, scope: &Scope<'_>) -> Result<(), SqlRejection> {
        let named;
        let spec = match over {
            WindowType::WindowSpec(spec) => spec,
            WindowType::NamedWindow(ident) => {
                let name = Name::of(ident, self.dialect());
                let Some((_, spec)) = self.windows.iter().rev().find(|(known, _)| *known == name) else {
                    return unsupported(format!("the undefined window `{ident}`"));
                };
                named = spec.clone();
                &named
            }
        };
        let WindowSpec { window_name, partition_by, order_by, window_frame } = spec;
        unless(window_name.is_none(), "a window based on another one")?;
        self.write(" OVER (");
        if !partition_by.is_empty() {
            self.write("PARTITION BY ");
            self.list(partition_by, |writer, expr| writer.expression(expr, scope).map(drop))?;
        }
        if !order_by.is_empty() {
            self.write(" ORDER BY ");
            self.order_by_list(order_by, |writer, expr| writer.expression(expr, scope).map(drop))?;
        }
        if let Some(WindowFrame { units, start_bound, end_bound }) = window_frame {
            self.write(match units {
                WindowFrameUnits::Rows => " ROWS BETWEEN ",
                WindowFrameUnits::Range => " RANGE BETWEEN ",
                WindowFrameUnits::Groups => " GROUPS BETWEEN ",
            });
            self.frame_bound(start_bound, scope)?;
            self.write(" AND ");
            self.frame_bound(end_bound.as_ref().unwrap_or(&WindowFrameBound::CurrentRow), scope)?;
        }
        self.write(")");
        Ok(())
    }

    /// Records the windows of a WINDOW clause.
    pub(super) fn name_windows(&mut self, windows: &[NamedWindowDefinition]) -> Result<(), SqlRejection> {
        for NamedWindowDefinition(ident, window) in windows {
            let NamedWindowExpr::WindowSpec(spec) = window else {
                return unsupported("a window based on another one");
            };
            let name = Name::of(ident, self.dialect());
            self.windows.push((name, spec.clone()));
        }
        Ok(())
    }

    fn frame_bound(&mut self, bound: &WindowFrameBound, scope: &Scope<'_>) -> Result<(), SqlRejection> {
        match bound {
            WindowFrameBound::CurrentRow => self.write("CURRENT ROW"),
            WindowFrameBound::Preceding(None) => self.write("UNBOUNDED PRECEDING"),
            WindowFrameBound::Following(None) => self.write("UNBOUNDED FOLLOWING"),
            WindowFrameBound::Preceding(Some(distance)) => {
                self.expression(distance, scope)?;
                self.write(" PRECEDING");
            }
            WindowFrameBound::Following(Some(distance)) => {
                self.expression(distance, scope)?;
                self.write(" FOLLOWING");
            }
        }
        Ok(())
    }
}
