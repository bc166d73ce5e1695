package io.shardjdbc.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.outcome.TransactionId;
import io.shardjdbc.routing.ShardId;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A name under which somebody has prepared something is one of ours, or is left alone. */
class GidTest {

  private static final String ID = "01890a5d-ac96-774b-bcce-b302099a8057";
  private static final String OURS = "shardjdbc:1:" + ID + ":0a1b2c3d:s0:s1";

  @Test
  void whatWasWrittenIsRead() {
    String longest = "a" + "-".repeat(61) + "9";
    Gid gid =
        new Gid(
            new TransactionId(UUID.fromString(ID), new ShardId(longest), "0a1b2c3d"),
            new ShardId("7.b_c"));
    assertThat(Gid.parse(gid.toString())).contains(gid);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "shardjdbc:1:",
        "shardjdbc:1:01890a5d-ac96-474b-bcce-b302099a8057:0a1b2c3d:s0:s1",
        "shardjdbc:1:------------------------------------:0a1b2c3d:s0:s1",
        "shardjdbc:1:01890a5d-ac96-774b-bcce-b302099a8057:0a1b2c3d:-s0:s1",
        "shardjdbc:1:01890a5d-ac96-774b-bcce-b302099a8057::s0:s1",
        "shardjdbc:2:01890a5d-ac96-774b-bcce-b302099a8057:0a1b2c3d:s0:s1"
      })
  void whatOthersPrepareIsLeftAlone(String name) {
    assertThat(Gid.parse(name)).isEmpty();
  }

  @Test
  void soIsWhateverLooksLikeOurs() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    String signs = "0a7f-:._é";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder name = new StringBuilder(OURS);
      for (int change = random.nextInt(4); change >= 0; change--) {
        int at = random.nextInt(name.length());
        name.setCharAt(at, signs.charAt(random.nextInt(signs.length())));
      }
      String text = name.toString();
      Gid.parse(text)
          .ifPresent(gid -> assertThat(gid.toString()).as("seed %d", seed).isEqualTo(text));
    }
  }
}
