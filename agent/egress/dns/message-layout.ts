/** What every message is made of (RFC 1035 §4.1). */
export const HEADER_BYTES = 12;
/** Type and class behind a question's name. */
export const QUESTION_TAIL_BYTES = 4;
/** Root name, type, class, four bytes of flags, length (RFC 6891 §6.1.2). */
export const OPT_BYTES = 11;
/** What every network carries in one piece (dnsflagday.net/2020); fragments can be forged from the side. */
export const SAFE_UDP_BYTES = 1232;
