// functions: validateOrder, main, any
const limits = { orders: 5 };
console.log(limits);
// found:
// 1:1-1:1 warning ENTRY_POINT_MISSING: the script declares no function `validateOrder` or `main`
