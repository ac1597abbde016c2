// functions: validateOrder, main, any
function discountOf(order) { return order.total / 10; }
// found:
