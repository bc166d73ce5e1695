package io.shardjdbc.xa;

import io.shardjdbc.replication.Durability;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.transaction.xa.XAException;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/**
 * A transaction manager's name of a branch, and the names under which shards prepare it: {@code
 * shardjdbc:xD:FORMAT:GLOBAL:BRANCH:N}, where N keeps its parts on one server apart.
 *
 * <p>D is what the part's writes asked for: COMMIT PREPARED waits for what its own session says,
 * and whoever is told to commit may be another process than the one that wrote.
 *
 * <p>It is a wire format. At most 199 bytes, which is what PostgreSQL allows.
 */
@SuppressWarnings("ArrayRecordComponent") // equals and hashCode look into the arrays
record BranchXid(int format, byte[] global, byte[] branch) implements Xid {

  private static final String PREFIX = "shardjdbc:x";
  private static final Pattern FORM =
      Pattern.compile(
          PREFIX + "([1alsy]):([0-9a-f]{1,8}):([A-Za-z0-9_-]*):([A-Za-z0-9_-]*):[0-9]{1,3}");

  private static final char NOTHING_ASKED = '1';

  /** What LIKE finds all of them with. */
  static final String LIKE = PREFIX + "_:%";

  /**
   * @throws XAException if it is null, or longer than a name may be
   */
  static BranchXid of(@Nullable Xid xid) throws XAException {
    if (xid == null) {
      throw XaFault.of(XAException.XAER_INVAL, "the Xid is null", null);
    }
    byte[] global = xid.getGlobalTransactionId();
    byte[] branch = xid.getBranchQualifier();
    if (global == null
        || branch == null
        || global.length > Xid.MAXGTRIDSIZE
        || branch.length > Xid.MAXBQUALSIZE) {
      throw XaFault.of(XAException.XAER_INVAL, "the Xid is no Xid", null);
    }
    return xid instanceof BranchXid ours
        ? ours
        : new BranchXid(xid.getFormatId(), global.clone(), branch.clone());
  }

  static Optional<BranchXid> parse(String gid) {
    Matcher form = FORM.matcher(gid);
    if (!form.matches()) {
      return Optional.empty();
    }
    int format = Integer.parseUnsignedInt(form.group(2), 16);
    return decoded(form.group(3), Xid.MAXGTRIDSIZE)
        .flatMap(
            global ->
                decoded(form.group(4), Xid.MAXBQUALSIZE)
                    .map(branch -> new BranchXid(format, global, branch)));
  }

  /** The bytes that our encoding of them is; empty for a text that we would not have written. */
  private static Optional<byte[]> decoded(String text, int limit) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(text);
      boolean ours = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(text);
      return ours && bytes.length <= limit ? Optional.of(bytes) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Whether it is the name of the part that was prepared before the others. */
  static boolean isFirst(String gid) {
    return gid.endsWith(":0");
  }

  /** What a part asked for, by the name under which it is prepared. */
  static Optional<Durability> durability(String gid) {
    Matcher form = FORM.matcher(gid);
    char asked = form.matches() ? form.group(1).charAt(0) : NOTHING_ASKED;
    return Stream.of(Durability.values()).filter(level -> letter(level) == asked).findFirst();
  }

  private static char letter(@Nullable Durability asked) {
    if (asked == null) {
      return NOTHING_ASKED;
    }
    return switch (asked) {
      case ASYNC -> 'a';
      case LOCAL -> 'l';
      case SEMI_SYNC -> 's';
      case SYNC -> 'y';
    };
  }

  /**
   * The name of its part of a number; no character of it needs an escape in SQL.
   *
   * @param asked what the writes on that shard asked for; null for nothing
   */
  String gid(int part, @Nullable Durability asked) {
    Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
    return PREFIX
        + letter(asked)
        + ":"
        + Integer.toHexString(format)
        + ":"
        + encoder.encodeToString(global)
        + ":"
        + encoder.encodeToString(branch)
        + ":"
        + part;
  }

  @Override
  public int getFormatId() {
    return format;
  }

  @Override
  public byte[] getGlobalTransactionId() {
    return global.clone();
  }

  @Override
  public byte[] getBranchQualifier() {
    return branch.clone();
  }

  /** Equal to any Xid of the same parts, as managers compare their own with what they recover. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Xid xid
        && xid.getFormatId() == format
        && Arrays.equals(xid.getGlobalTransactionId(), global)
        && Arrays.equals(xid.getBranchQualifier(), branch);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * format + Arrays.hashCode(global)) + Arrays.hashCode(branch);
  }

  @Override
  public String toString() {
    return gid(0, null);
  }
}
