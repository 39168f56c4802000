// Sums as exact as in Python.

// Decimals as whole numbers of 10^-12, as exact as they are in Python.
export function exact(text) {
  const match = /^(-?)(\d+)(?:\.(\d{1,12}))?$/.exec(text ?? "0");
  if (!match) return null;
  const whole = BigInt(match[2] + (match[3] ?? "").padEnd(12, "0"));
  return match[1] ? -whole : whole;
}

export function written(number) {
  const digits = (number < 0n ? -number : number).toString().padStart(13, "0");
  const rest = digits.slice(-12).replace(/0+$/, "");
  return (number < 0n ? "-" : "") + digits.slice(0, -12) + (rest ? `.${rest}` : "");
}

// Both sides of an identity with `now` in the place of the cell with this id; null where a number is missing.
export function balance(identity, id, now, cells) {
  const side = (members) => members.reduce((total, one) => {
    const other = one.id === id ? null : cells.get(one.id);
    const number = exact((one.id === id ? now : other?.value) ?? "0");
    return total === null || number === null || ["missing", "unreadable"].includes(other?.status) ? null : total + number;
  }, 0n);
  return [side(identity.left), side(identity.right)];
}
