//! OVER: windows that are written where they are used.

use sqlparser::ast::{WindowFrame, WindowFrameBound, WindowFrameUnits, WindowSpec, WindowType};

use super::{
    names::Scope,
    refusal::{Refusal, construct, unless},
    writer::Writer,
};

impl Writer<'_> {
    /// Writes an OVER.
    pub(super) fn over(&mut self, over: &WindowType, scope: &Scope<'_>) -> Result<(), Refusal> {
        let WindowType::WindowSpec(spec) = over else {
            return construct("OVER with the name of a window");
        };
        let WindowSpec { window_name, partition_by, order_by, window_frame } = spec;
        unless(window_name.is_none(), "OVER with the name of a window")?;
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

    fn frame_bound(&mut self, bound: &WindowFrameBound, scope: &Scope<'_>) -> Result<(), Refusal> {
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
