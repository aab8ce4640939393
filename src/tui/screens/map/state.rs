//! What the map holds: what is known of the plan's connections, which one is selected, what of it is in sight.

use super::layout::{self, Places, Side};
use super::matrix::{Density, Measures};
use crate::domain::component::ComponentState;
use crate::domain::map::graph::{Graph, MOST_COMPONENTS, Text};
use crate::domain::map::{self, Cell, Point};
use crate::domain::plan::{NodeIdx, NodeRef};
use crate::domain::point::IntegrationPoint;
use crate::tui::keymap::Motion;
use crate::tui::layout::{SMALLEST, Size, in_sight};
use crate::tui::screens::walk::state::Walk;
use crate::visible::{self, short};

/// Below this width the list is what opens.
const MATRIX_FROM: u16 = 80;

/// How the map is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Rows call columns.
    Matrix,
    /// A row a point, the worst first.
    List,
    /// Boxes and arrows.
    Graph,
}

/// Which component calls which, and what is known of each connection.
#[derive(Debug, Clone)]
pub struct Map {
    known: map::Map,
    /// The points, the worst first.
    order: Vec<usize>,
    /// What the tester asked for; `None` leaves it to the terminal's width.
    chosen: Option<Form>,
    form: Form,
    /// The component whose row is current.
    from: usize,
    /// The component whose column is current.
    to: usize,
    /// The point that is current in the list.
    point: usize,
    places: Places,
    measures: Measures,
    /// The names for rows and columns, parallel to the components.
    labels: Labels,
    top: usize,
    left: usize,
    list_top: usize,
    drawing: Option<Drawing>,
}

/// Boxes and arrows as they were last worked out.
#[derive(Debug, Clone)]
struct Drawing {
    /// For which terminal.
    size: Size,
    /// What it shows; why there is none.
    graph: Result<Graph, String>,
    /// The names, parallel to the components.
    labels: Vec<String>,
}

/// Names as the matrix has room for.
#[derive(Debug, Clone, Default)]
struct Labels {
    /// The cells that rows and columns have.
    cells: (usize, usize),
    rows: Vec<String>,
    columns: Vec<String>,
}

impl Map {
    /// The map of a walk at the point of its current prompt, else at the worst point; drawn as `chosen`.
    #[must_use]
    pub fn new(walk: &Walk, chosen: Option<Form>) -> Self {
        let known = known(walk);
        let order = known.worst_first();
        let here = walk.current().and_then(NodeRef::point_idx);
        let is_here = |point: &Point| here.is_some_and(|idx| point.outline_idxs.contains(&idx));
        let point = known.points().iter().position(is_here).or(order.first().copied()).unwrap_or(0);
        let (from, to) = known.points().get(point).map_or((0, 0), |point| (point.from, point.to));
        let places = layout::places(SMALLEST, Form::List, Side::Below);
        let measures = Measures::new(places.inside, 0, 0);
        let (labels, form) = (Labels::default(), chosen.unwrap_or(Form::Matrix));
        Self {
            known,
            order,
            chosen,
            form,
            from,
            to,
            point,
            places,
            measures,
            labels,
            top: 0,
            left: 0,
            list_top: 0,
            drawing: None,
        }
    }

    /// Takes in what the walk knows by now; what is selected stays selected.
    pub fn refresh(&mut self, walk: &Walk) {
        let name = |at: usize| self.known.components().get(at).map(|component| component.name.clone());
        let (from, to) = (name(self.from), name(self.to));
        let point = self.known.points().get(self.point).map(|point| self.known.written(point));
        self.known = known(walk);
        self.order = self.known.worst_first();
        let find = |name: Option<String>| name.and_then(|name| self.known.component_idx(&name)).unwrap_or(0);
        (self.from, self.to) = (find(from), find(to));
        let is_it = |other: &Point| point.as_ref() == Some(&self.known.written(other));
        self.point = self.known.points().iter().position(is_it).unwrap_or(0);
        self.labels = Labels::default();
        self.drawing = None;
    }

    /// What is known.
    #[must_use]
    pub fn known(&self) -> &map::Map {
        &self.known
    }

    /// How it is drawn.
    #[must_use]
    pub fn form(&self) -> Form {
        self.form
    }

    /// Draws it as `form` from now on.
    pub fn choose(&mut self, form: Form) {
        self.chosen = Some(form);
        if form != Form::Matrix {
            // The matrix may have been on a pair that is not connected.
            self.select_row(self.row());
        }
    }

    /// What the tester asked for.
    #[must_use]
    pub fn chosen(&self) -> Option<Form> {
        self.chosen
    }

    /// The selected row and column; in the list those of the point.
    #[must_use]
    pub fn selected(&self) -> (usize, usize) {
        (self.from, self.to)
    }

    /// What is known of the selected row calling the selected column; `None` if it does not.
    #[must_use]
    pub fn cell(&self) -> Option<&Cell> {
        self.known.cell(self.from, self.to)
    }

    /// The points that are selected: all of the cell's, in the list just one.
    #[must_use]
    pub fn selected_points(&self) -> Vec<&Point> {
        match self.form {
            Form::Matrix | Form::Graph => self.cell().map_or(&[][..], |cell| cell.points.as_slice()).iter(),
            Form::List => std::slice::from_ref(&self.point).iter(),
        }
        .filter_map(|at| self.known.points().get(*at))
        .collect()
    }

    /// The prompts of what is selected, in file order, and the points as headings name them.
    #[must_use]
    pub fn selected_prompts(&self, walk: &Walk) -> (Vec<NodeIdx>, Vec<IntegrationPoint>) {
        let points = self.selected_points();
        let mut prompts: Vec<NodeIdx> =
            points.iter().flat_map(|point| point.prompts.iter().copied()).collect();
        prompts.sort_unstable();
        let outline_points = walk.revision.plan().outline.points();
        let named = points.iter().flat_map(|point| &point.outline_idxs);
        (prompts, named.filter_map(|idx| outline_points.get(*idx).cloned()).collect())
    }

    /// The rows of the list: points, the worst first.
    #[must_use]
    pub fn rows(&self) -> &[usize] {
        &self.order
    }

    /// The row of the list that is current.
    #[must_use]
    pub fn row(&self) -> usize {
        self.order.iter().position(|at| *at == self.point).unwrap_or(0)
    }

    /// The first row of the list on the screen.
    #[must_use]
    pub fn list_top(&self) -> usize {
        self.list_top
    }

    /// Where its parts are on the terminal.
    #[must_use]
    pub fn places(&self) -> Places {
        self.places
    }

    /// How the matrix lies in its area.
    #[must_use]
    pub fn measures(&self) -> Measures {
        self.measures
    }

    /// The first row and the first column of the matrix on the screen.
    #[must_use]
    pub fn corner(&self) -> (usize, usize) {
        (self.top, self.left)
    }

    /// The heading of a row; short, but like no other's.
    #[must_use]
    pub fn row_label(&self, at: usize) -> &str {
        self.labels.rows.get(at).map_or("", String::as_str)
    }

    /// The heading of a column; short, but like no other's.
    #[must_use]
    pub fn column_label(&self, at: usize) -> &str {
        self.labels.columns.get(at).map_or("", String::as_str)
    }

    /// Moves the cursor; a page is what is seen.
    pub fn step(&mut self, motion: Motion) {
        let area = self.places.inside;
        match self.form {
            Form::Graph => self.step_along(motion),
            Form::List => {
                let rows = match motion {
                    Motion::NextPoint => 1,
                    Motion::PreviousPoint => -1,
                    _ => motion.rows(area.height.saturating_sub(1)),
                };
                self.select_row(self.row().saturating_add_signed(rows));
            }
            Form::Matrix => match motion {
                Motion::NextPoint | Motion::PreviousPoint => self.select_next_cell(motion),
                Motion::Left => self.select(self.from, self.to.saturating_sub(1)),
                Motion::Right => self.select(self.from, self.to + 1),
                Motion::First => self.select(0, 0),
                Motion::Last => self.select(usize::MAX, usize::MAX),
                _ => {
                    let page = u16::try_from(self.measures.rows_seen(area)).unwrap_or(u16::MAX);
                    self.select(self.from.saturating_add_signed(motion.rows(page)), self.to);
                }
            },
        }
    }

    /// Along the arrows: what the called component calls, who calls the caller; up and down all there are, in order.
    fn step_along(&mut self, motion: Motion) {
        let cells = self.known.cells();
        let next = match motion {
            Motion::Right => cells.iter().find(|cell| cell.from == self.to && cell.to != self.to),
            Motion::Left => cells.iter().find(|cell| cell.to == self.from && cell.from != self.from),
            Motion::First | Motion::PageUp => cells.first(),
            Motion::Last | Motion::PageDown => cells.last(),
            Motion::Up | Motion::PreviousPoint => return self.select_next_cell(Motion::PreviousPoint),
            _ => return self.select_next_cell(Motion::NextPoint),
        };
        if let Some((from, to)) = next.map(|cell| (cell.from, cell.to)) {
            self.select(from, to);
        }
    }

    /// To the next pair of components that is connected, in reading order, round and round.
    fn select_next_cell(&mut self, motion: Motion) {
        let cells = self.known.cells();
        if cells.is_empty() {
            return;
        }
        let at = match (motion, self.known.cell_idx(self.from, self.to)) {
            (Motion::PreviousPoint, Ok(at) | Err(at)) => (at + cells.len() - 1) % cells.len(),
            (_, Ok(at)) => (at + 1) % cells.len(),
            (_, Err(at)) => at % cells.len(),
        };
        let (from, to) = (cells[at].from, cells[at].to);
        self.select(from, to);
    }

    /// Selects the cell there, or the last one; in the list, its first point goes along.
    pub fn select(&mut self, from: usize, to: usize) {
        let last = self.known.components().len().saturating_sub(1);
        (self.from, self.to) = (from.min(last), to.min(last));
        if let Some(first) = self.cell().and_then(|cell| cell.points.first()) {
            self.point = *first;
        }
    }

    /// Selects the row of the list, or the last one; in the matrix, its cell goes along.
    pub fn select_row(&mut self, row: usize) {
        let Some(at) = self.order.get(row).or(self.order.last()) else { return };
        self.point = *at;
        if let Some(point) = self.known.points().get(*at) {
            (self.from, self.to) = (point.from, point.to);
        }
    }

    /// Works out what is seen, so that the cursor is.
    pub fn scroll(&mut self, size: Size) {
        let usual = if size.width < MATRIX_FROM { Form::List } else { Form::Matrix };
        self.draw_boxes(size);
        self.form = match self.chosen {
            Some(Form::Graph) if self.graph().is_none() => usual,
            chosen => chosen.unwrap_or(usual),
        };
        self.places = layout::places(size, self.form, Side::Beside);
        let area = self.places.inside;
        if self.form == Form::List {
            self.list_top = in_sight(self.list_top, self.row(), usize::from(area.height), self.order.len());
            return;
        }
        let names: Vec<&str> =
            self.known.components().iter().map(|component| component.name.as_str()).collect();
        let longest = names.iter().map(|name| visible::width(&visible::line(name))).max().unwrap_or(0);
        self.measures = Measures::new(area, names.len(), longest);
        let below = layout::places(size, self.form, Side::Below);
        let with_counts = Measures::new(below.inside, names.len(), longest);
        // Rather a panel below than no counts in the cells.
        if self.measures.density == Density::Dots && with_counts.density != Density::Dots {
            (self.places, self.measures) = (below, with_counts);
        }
        let area = self.places.inside;
        let cells = (usize::from(self.measures.heading_cells), self.measures.label_cells());
        if self.labels.cells != cells {
            let rows = short::names(&names, cells.0);
            self.labels = Labels { cells, rows, columns: short::names(&names, cells.1) };
        }
        let count = names.len();
        self.top = in_sight(self.top, self.from, self.measures.rows_seen(area), count);
        self.left = in_sight(self.left, self.to, self.measures.columns_seen(area), count);
    }
}

impl Map {
    /// The drawing of boxes and arrows, if it fits the terminal.
    #[must_use]
    pub fn graph(&self) -> Option<&Graph> {
        self.drawing.as_ref()?.graph.as_ref().ok()
    }

    /// Why there is none; `None` if there is.
    #[must_use]
    pub fn graph_obstacle(&self) -> Option<&str> {
        self.drawing.as_ref()?.graph.as_ref().err().map(String::as_str)
    }

    /// A component's name in its box.
    #[must_use]
    pub fn box_label(&self, at: usize) -> &str {
        self.drawing.as_ref().and_then(|drawing| drawing.labels.get(at)).map_or("", String::as_str)
    }

    /// The connection whose line or head is at this place of `area`; of two ways the one whose head is nearer.
    #[must_use]
    pub fn wire_at(&self, column: u16, row: u16, area: crate::tui::layout::Area) -> Option<(usize, usize)> {
        let graph = self.graph()?;
        let aside = |room: u16, used: usize| usize::from(room).saturating_sub(used) / 2;
        let x = usize::from(column).checked_sub(aside(area.width, graph.width))?;
        let y = usize::from(row).checked_sub(aside(area.height, graph.height))?;
        let is_here = |cell: &&(usize, usize, u8)| (cell.0, cell.1) == (x, y);
        let wire = graph.wires.iter().find(|wire| wire.cells.iter().any(|cell| is_here(&cell)))?;
        let place = wire.cells.iter().position(|cell| is_here(&cell))?;
        let (there, back) = ((wire.left, wire.right), (wire.right, wire.left));
        let is_connected = |pair: (usize, usize)| self.known.cell(pair.0, pair.1).is_some();
        let nearer_left = place * 2 < wire.cells.len();
        Some(if is_connected(back) && (nearer_left || !is_connected(there)) { back } else { there })
    }

    /// Works boxes and arrows out, once for a terminal.
    fn draw_boxes(&mut self, size: Size) {
        if self.drawing.as_ref().is_some_and(|drawing| drawing.size == size) {
            return;
        }
        let components = self.known.components();
        if components.len() > MOST_COMPONENTS {
            let graph = Err(format!(
                "boxes and arrows are for up to {MOST_COMPONENTS} components, this plan has {}",
                components.len()
            ));
            self.drawing = Some(Drawing { size, graph, labels: Vec::new() });
            return;
        }
        let area = layout::places(size, Form::Graph, Side::Below).inside;
        let names: Vec<&str> = components.iter().map(|component| component.name.as_str()).collect();
        let mut drawing = Drawing {
            size,
            graph: Err("boxes and arrows do not fit here: they may in a larger terminal".to_owned()),
            labels: Vec::new(),
        };
        // Whole names where they fit, else shorter ones.
        for cells in [16, 10, 6] {
            drawing.labels = short::names(&names, cells);
            let texts: Vec<Text> = components
                .iter()
                .enumerate()
                .map(|(at, component)| {
                    let own = self.known.cell(at, at);
                    let has_state = component.state != ComponentState::Unknown;
                    let own_cells = own.map_or(0, |cell| if cell.tally.has_no_prompt() { 8 } else { 14 });
                    let state_cells = if has_state { component.state.word().len() } else { 0 };
                    let name_cells = visible::width(&drawing.labels[at]);
                    Text {
                        cells: name_cells.max(own_cells).max(state_cells),
                        rows: 1 + usize::from(has_state) + usize::from(own.is_some()),
                    }
                })
                .collect();
            let graph = Graph::new(&self.known, &texts, usize::from(area.width), usize::from(area.height));
            if let Some(graph) = graph {
                drawing.graph = Ok(graph);
                break;
            }
        }
        self.drawing = Some(drawing);
    }
}

fn known(walk: &Walk) -> map::Map {
    map::Map::new(&walk.revision, Some((&walk.session, &walk.progress)))
}
