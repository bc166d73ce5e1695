package io.shardjdbc.driver;

/**
 * Whether a server owes an answer, as the messages on its connection say.
 *
 * <p>Of what the server sends, only the frame of each message is looked at: a letter and a length
 * (PostgreSQL's documentation, "Message Formats"). A request is answered when the server is ready
 * for the next one, which it says in a message of its own. Where several requests are on their way,
 * the first such message counts for all: it is said too early that nothing is owed, and never too
 * late. So it is once for all where the messages cannot be seen, as on an encrypted connection.
 *
 * <p>One thread reads or writes at a time, as the driver sees to.
 */
final class AwaitedAnswer {

  private static final int FRAME = 5;
  private static final int LONGEST = 1 << 30;
  private static final int PROTOCOL_3 = 3 << 16;
  private static final int ENCRYPTION = 1234 << 16; // its kind is in the lower half
  private static final int CANCEL = ENCRYPTION + 5678;

  /** What the bytes are that come next. */
  private enum Phase {
    /** Nothing was sent yet. */
    NEW,
    /** One byte, which says whether the connection will be encrypted. */
    OFFERED,
    /** Messages. */
    MESSAGES,
    /** Anything. */
    UNSEEN
  }

  private Phase phase = Phase.NEW;
  private boolean owed;

  /** How many bytes of the present message are to come; below zero within its frame. */
  private int left = -FRAME;

  private int letter;
  private int length;

  /** Whether it certainly owes one. */
  boolean isOwed() {
    return owed;
  }

  /** Notes what is about to be sent. */
  void sent(byte[] bytes, int offset, int count) {
    switch (phase) {
      case NEW -> begin(bytes, offset, count);
      case OFFERED -> {
        phase = Phase.UNSEEN;
        owed = false;
      }
      case MESSAGES -> owed = true;
      case UNSEEN -> {}
    }
  }

  private void begin(byte[] bytes, int offset, int count) {
    int code = count < 8 ? 0 : number(bytes, offset + 4);
    if (code >>> 16 == PROTOCOL_3 >>> 16) {
      phase = Phase.MESSAGES;
      owed = true;
    } else if (code >>> 16 == ENCRYPTION >>> 16 && code != CANCEL) {
      phase = Phase.OFFERED;
      owed = true;
    } else {
      phase = Phase.UNSEEN;
    }
  }

  private static int number(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 24
        | (bytes[at + 1] & 0xff) << 16
        | (bytes[at + 2] & 0xff) << 8
        | (bytes[at + 3] & 0xff);
  }

  /** Notes what was read. */
  void read(byte[] bytes, int offset, int count) {
    if (phase == Phase.OFFERED && count > 0) {
      phase = count == 1 && bytes[offset] == 'N' ? Phase.NEW : Phase.UNSEEN;
      owed = false;
    } else if (phase == Phase.MESSAGES) {
      follow(bytes, offset, offset + Math.max(0, count));
    }
  }

  private void follow(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to) {
      if (left > 0) {
        int step = Math.min(left, to - at);
        at += step;
        left -= step;
        if (left == 0) {
          over();
        }
      } else if (left == -FRAME && to - at >= FRAME) { // the usual case, at once
        letter = bytes[at];
        framed(number(bytes, at + 1));
        at += FRAME;
      } else {
        part(bytes[at++]);
      }
    }
  }

  /** Takes one byte of a frame that comes in several pieces. */
  private void part(byte next) {
    if (left == -FRAME) {
      letter = next;
      length = 0;
    } else {
      length = length << 8 | next & 0xff;
    }
    left++;
    if (left == 0) {
      framed(length);
    }
  }

  private void framed(int total) {
    if (total < 4 || total > LONGEST) {
      phase = Phase.UNSEEN; // nothing that this understands
      owed = false;
      left = Integer.MAX_VALUE;
      return;
    }
    left = total - 4;
    if (left == 0) {
      over();
    }
  }

  private void over() {
    if (letter == 'Z') {
      owed = false;
    }
    left = -FRAME;
  }
}
