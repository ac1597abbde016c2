// Variables, functions and parameters named `arguments`, whose initial value may be the arguments object.
const attempt = work => { try { return work(); } catch (error) { return error.name; } };
const shown = value => typeof value === 'object' && value !== null ? [value.length, ...value] : typeof value;
const cases = [
    function (a, b = 1) { const before = shown(arguments); var arguments = 21; return [before, arguments]; },
    function (a, b = 1) { var arguments; return shown(arguments); },
    function (a, { b } = {}) { var arguments; return shown(arguments); },
    function (a, ...rest) { var arguments; return shown(arguments); },
    function (a) { var arguments; return shown(arguments); },
    function (a, b = () => arguments) { var arguments = 21; return [shown(b()), arguments]; },
    function (a, b = () => arguments) { arguments = 21; return [shown(b()), arguments]; },
    function (a, b = 1) { const before = shown(arguments); if (a === 'never') { var arguments = 1; } return [before, shown(arguments)]; },
    function (a, b = 1) { for (var arguments of ['x']); return arguments; },
    function (a, b = 1) { return shown(arguments); function arguments() { } },
    function (a, b = shown(arguments)) { return [b, shown(arguments)]; function arguments() { } },
    function (a, arguments = 2) { var arguments; return arguments; },
    function (arguments, b = 1) { const before = arguments; var arguments = 3; return [before, arguments]; },
    function (a, b = 1) { return (() => { const before = shown(arguments); var arguments = 1; return [before, arguments]; })(); },
    function (a, b = 1) { return ((c = 1) => { const before = shown(arguments); var arguments = 1; return [before, arguments]; })(); },
    function (a, b = 1) { return (() => shown(arguments))(); var arguments; },
    function (a, b = 1) { var arguments; a = 5; return shown(arguments); },
    function* (a, b = 1) { const before = shown(arguments); var arguments = 21; yield [before, arguments]; },
    function (a, b = 1) { let arguments = 4; return arguments; },
    function (a, b = 1) { const seen = []; for (const c of [1, 2]) seen.push(shown(arguments)); var arguments = 1; return seen; },
];

function main() {
    return cases.map(work => attempt(() => { const seen = work('x', undefined, 'z'); return typeof seen?.next === 'function' ? seen.next().value : seen; }));
}
