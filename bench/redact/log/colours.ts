const ESCAPE = "\u001b[";
const wrap = (code: string) => (text: string) => `${ESCAPE}${code}m${text}${ESCAPE}0m`;

export const bold = wrap("1");
export const dim = wrap("2");
export const red = wrap("31");
export const green = wrap("32");
export const yellow = wrap("33;1");
export const blue = wrap("36;1");
