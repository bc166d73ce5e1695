package io.shardjdbc.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a server sends is followed message by message, in whatever pieces it comes. */
class AwaitedAnswerTest {

  private static final int STARTUP = 196_608;
  private static final int SSL = 80_877_103;
  private static final int GSS = 80_877_104;
  private static final int CANCEL = 80_877_102;

  private final AwaitedAnswer answer = new AwaitedAnswer();

  private static byte[] first(int code) {
    return ByteBuffer.allocate(16).putInt(16).putInt(code).array();
  }

  private void send(byte[] bytes) {
    answer.sent(bytes, 0, bytes.length);
  }

  private void read(byte[] bytes) {
    answer.read(bytes, 0, bytes.length);
  }

  private static byte[] message(char letter, int length) {
    return ByteBuffer.allocate(length + 5).put((byte) letter).putInt(length + 4).array();
  }

  @Test
  void isOwedFromARequestUntilTheServerIsReady() {
    assertThat(answer.isOwed()).isFalse();
    send(first(STARTUP));
    assertThat(answer.isOwed()).isTrue();
    read(message('R', 4));
    read(message('S', 30));
    assertThat(answer.isOwed()).isTrue();
    read(message('Z', 1));
    assertThat(answer.isOwed()).isFalse();
    read(message('A', 20)); // a notification comes when it likes
    assertThat(answer.isOwed()).isFalse();
    send(message('Q', 10));
    assertThat(answer.isOwed()).isTrue();
    read(message('A', 20));
    assertThat(answer.isOwed()).isTrue();
    read(message('E', 90));
    read(message('Z', 1));
    assertThat(answer.isOwed()).isFalse();
  }

  @Test
  void anEncryptedConnectionIsNotFollowed() {
    for (int offer : new int[] {SSL, GSS}) {
      AwaitedAnswer encrypted = new AwaitedAnswer();
      encrypted.sent(first(offer), 0, 8);
      assertThat(encrypted.isOwed()).isTrue();
      encrypted.read(new byte[] {(byte) (offer == SSL ? 'S' : 'G')}, 0, 1);
      assertThat(encrypted.isOwed()).isFalse();
      encrypted.sent(first(STARTUP), 0, 16);
      assertThat(encrypted.isOwed()).isFalse();
    }
  }

  @Test
  void oneThatIsNotEncryptedAfterAllIs() {
    send(first(GSS));
    read(new byte[] {'N'});
    send(first(SSL));
    read(new byte[] {'N'});
    send(first(STARTUP));
    assertThat(answer.isOwed()).isTrue();
    read(message('Z', 1));
    assertThat(answer.isOwed()).isFalse();
  }

  @Test
  void whatIsNoMessageEndsIt() {
    send(first(CANCEL));
    assertThat(answer.isOwed()).isFalse();

    AwaitedAnswer garbled = new AwaitedAnswer();
    garbled.sent(first(STARTUP), 0, 16);
    garbled.read(new byte[] {'X', 0, 0, 0, 3, 'Z', 0, 0, 0, 5, 'I'}, 0, 11);
    assertThat(garbled.isOwed()).isFalse();
    garbled.sent(message('Q', 10), 0, 15);
    assertThat(garbled.isOwed()).isFalse();
  }

  /** The bodies of messages hold anything, letters and lengths of others too. */
  @Test
  void piecesOfAnySizeSayTheSame() {
    Random random = new Random(17);
    send(first(STARTUP));
    ByteBuffer stream = ByteBuffer.allocate(1 << 20);
    ByteBuffer owedAfter = ByteBuffer.allocate(1 << 20);
    for (int i = 0; i < 3_000; i++) {
      boolean ready = random.nextInt(20) == 0;
      byte[] message = message(ready ? 'Z' : 'D', ready ? 1 : random.nextInt(200));
      for (int at = 5; at < message.length; at++) {
        message[at] = (byte) "Z\0\0\0\5".charAt(random.nextInt(5));
      }
      stream.put(message);
      owedAfter.put(owedAfter.position() + message.length - 1, (byte) (ready ? 2 : 1));
      owedAfter.position(owedAfter.position() + message.length);
    }
    int end = stream.position();
    for (int at = 0; at < end; ) {
      int piece = Math.min(end - at, 1 + random.nextInt(random.nextBoolean() ? 6 : 500));
      send(message('Q', 0));
      answer.read(stream.array(), at, piece);
      boolean ready = false;
      for (int i = at; i < at + piece; i++) {
        ready |= owedAfter.get(i) == 2;
      }
      assertThat(answer.isOwed()).as("after bytes %d to %d", at, at + piece).isEqualTo(!ready);
      at += piece;
    }
  }
}
