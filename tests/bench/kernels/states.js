// n: 20000
const NEXT = {
    draft: { submit: 'pending', cancel: 'cancelled' },
    pending: { approve: 'approved', reject: 'draft' },
    approved: { ship: 'shipped', cancel: 'cancelled' },
    shipped: { deliver: 'done' },
};
function act(order, action) {
    const next = NEXT[order.state]?.[action];
    if (next === undefined) return false;
    order.history.push(order.state);
    order.state = next;
    switch (next) {
        case 'pending':
            order.locked = true;
            break;
        case 'draft':
        case 'cancelled':
            order.locked = false;
            break;
        case 'done':
            order.closed = true;
            break;
        default:
            order.steps++;
    }
    return true;
}
function main(n) {
    const actions = ['submit', 'approve', 'ship', 'reject', 'deliver', 'submit', 'cancel'];
    let [refused, done] = [0, 0];
    let order;
    for (let i = 0; i < n; i++) {
        if (i % 8 === 0) order = { state: 'draft', history: [], steps: 0, locked: false, closed: false };
        if (!act(order, actions[(i * 3) % 7])) refused++;
        if (order.closed) done += order.history.length;
    }
    return [refused, done, order.state];
}
