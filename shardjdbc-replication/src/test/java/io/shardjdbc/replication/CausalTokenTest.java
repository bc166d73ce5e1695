package io.shardjdbc.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import org.junit.jupiter.api.Test;

class CausalTokenTest {

  @Test
  void aTokenIsReadBackAsItWasWritten() {
    CausalToken token =
        CausalToken.of("s0", at(1, 0x16B374D848L)).merge(CausalToken.of("shard-2.b", at(7, -1)));
    assertThat(CausalToken.parse(token.encode())).isEqualTo(token);
    assertThat(token.encode()).matches("[A-Za-z0-9._~-]+");
    assertThat(CausalToken.parse(CausalToken.NONE.encode())).isEqualTo(CausalToken.NONE);
  }

  @Test
  void theTextFormIsFixed() {
    assertThat(CausalToken.of("s0", at(1, 0x16B374D848L)).encode()).isEqualTo("c1~s0~1~18sh0nk8");
  }

  @Test
  void aTokenNamesTheMapThatItWasMadeBy() {
    CausalToken token = CausalToken.of("s0", at(1, 0x16B374D848L)).by("0f.2");
    assertThat(token.encode()).isEqualTo("c2~0f.2~s0~1~18sh0nk8");
    assertThat(CausalToken.parse(token.encode())).isEqualTo(token);
    assertThat(token.by("").encode()).isEqualTo("c1~s0~1~18sh0nk8");
    assertThat(token.merge(CausalToken.NONE)).isEqualTo(token);
    assertThat(CausalToken.NONE.merge(token)).isEqualTo(token);
    CausalToken same = CausalToken.of("s1", at(1, 5)).by("0f.2");
    assertThat(token.merge(same).map()).isEqualTo("0f.2");
    CausalToken both = token.merge(same.by("0f.3"));
    assertThat(both.map()).isNotIn("", "0f.2", "0f.3");
    assertThat(CausalToken.parse(both.encode())).isEqualTo(both);
  }

  @Test
  void mergingKeepsTheLaterPositionOfEachShard() {
    CausalToken a = CausalToken.of("x", at(1, 500)).merge(CausalToken.of("y", at(1, 10)));
    CausalToken b = CausalToken.of("x", at(2, 300)).merge(CausalToken.of("z", at(1, 5)));
    CausalToken both = a.merge(b);
    assertThat(both.position("x")).contains(at(2, 300));
    assertThat(both.position("y")).contains(at(1, 10));
    assertThat(both.position("z")).contains(at(1, 5));
    assertThat(both.position("w")).isEmpty();
    assertThat(b.merge(a)).isEqualTo(both);
    assertThat(both.merge(a)).isEqualTo(both);
    assertThat(both.merge(CausalToken.NONE)).isEqualTo(both);
  }

  @Test
  void aTokenOfAThousandShardsIsRead() {
    CausalToken all = CausalToken.NONE;
    for (int i = 0; i < 1_000; i++) {
      all = all.merge(CausalToken.of("shard-of-some-length-" + i, at(1, 0x16B374D848L + i)));
    }
    assertThat(CausalToken.parse(all.encode())).isEqualTo(all);
  }

  @Test
  void whatIsNotATokenIsRefused() {
    for (String text :
        new String[] {
          "",
          "c1~",
          "c2",
          "c2~",
          "c2~a~s0",
          "c2~a~s0~1",
          "c2~a b~s0~1~5",
          "c1~s0",
          "c1~s0~1",
          "c1~s0~0~5",
          "c1~s0~-1~5",
          "c1~s0~1~-5",
          "c1~~1~5",
          "c1~s 0~1~5",
          "c1~s0~1~5~s0~1~6",
          "c1~s0~1~zzzzzzzzzzzzzz",
          "c1~s0~zzzzzzz~1",
          "C1~s0~1~5",
          "c1~s0~1~5\n",
          "c1~s0~1~5~"
        }) {
      assertThatIllegalArgumentException().as(text).isThrownBy(() -> CausalToken.parse(text));
    }
    String endless = "c1" + "~s~1~1".repeat(CausalToken.MAX_LENGTH);
    assertThatIllegalArgumentException().isThrownBy(() -> CausalToken.parse(endless));
  }

  @Test
  void anyTextIsEitherATokenOrRefused() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    String alphabet = "c1~s0azZ9-._ \u0663\u00e9%";
    for (int i = 0; i < 50_000; i++) {
      StringBuilder text = new StringBuilder(random.nextBoolean() ? "c1~" : "");
      for (int n = random.nextInt(20); n > 0; n--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      try {
        CausalToken token = CausalToken.parse(text.toString());
        assertThat(CausalToken.parse(token.encode())).as("seed %d", seed).isEqualTo(token);
      } catch (IllegalArgumentException e) {
        assertThat(e).hasMessage("not a causal token");
      }
    }
  }

  @Test
  void aWalPositionIsReadAsTheServerWritesIt() {
    assertThat(Lsn.parse("16/B374D848").position()).isEqualTo(0x16B374D848L);
    assertThat(Lsn.parse("FFFFFFFF/FFFFFFFF").position()).isEqualTo(-1);
    assertThat(new Lsn(0x16B374D848L)).hasToString("16/B374D848");
    assertThat(Lsn.parse("FFFFFFFF/0").reaches(Lsn.parse("1/0"))).isTrue();
    for (String text : new String[] {"", "/", "1/", "/1", "1", "x/1", "1/x", "123456789/1"}) {
      assertThatIllegalArgumentException().as(text).isThrownBy(() -> Lsn.parse(text));
    }
  }

  private static WalPosition at(int timeline, long position) {
    return new WalPosition(timeline, new Lsn(position));
  }
}
