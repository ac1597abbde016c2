function main(input, second) {
    return { input, second, count: arguments.length, own: Object.keys(input), pollute: ({}).polluted };
}
