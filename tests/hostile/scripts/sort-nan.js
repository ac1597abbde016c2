// ends: success
// compares what is no number
function main() {
    return ['b', 'a', undefined, 'c', null].concat(Array.from({length: 50}, String)).sort((a, b) => a - b).length;
}
