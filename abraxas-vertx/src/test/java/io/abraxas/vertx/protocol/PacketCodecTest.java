package io.abraxas.vertx.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class PacketCodecTest {
  static List<GoldenPackets.Golden> golden() {
    return GoldenPackets.ALL;
  }

  @Test
  void goldenPacketsCoverEveryTypeInEveryDirection() {
    Set<PacketType> fromPeers = EnumSet.noneOf(PacketType.class);
    Set<PacketType> fromServers = EnumSet.noneOf(PacketType.class);
    for (GoldenPackets.Golden golden : GoldenPackets.ALL) {
      (golden.magic() == Magic.REQUEST ? fromPeers : fromServers).add(golden.type());
    }
    for (PacketType type : PacketType.values()) {
      assertThat(fromPeers.contains(type)).as("%s from peer", type).isEqualTo(type.fromPeer());
      assertThat(fromServers.contains(type)).as("%s", type).isEqualTo(type.fromServer());
    }
  }

  @Test
  void numbersAreThoseOfTheProtocol() {
    int[] unassigned = {-1, 0, 5, 43, 256, Integer.MAX_VALUE, Integer.MIN_VALUE};
    for (int number : unassigned) {
      assertThat(PacketType.of(number)).as("%d", number).isNull();
    }
    IntStream.rangeClosed(1, PacketType.MAX_NUMBER)
        .filter(number -> number != 5)
        .forEach(number -> assertThat(PacketType.of(number).number()).isEqualTo(number));
    assertThat(PacketType.values()).hasSize(41);
  }

  @Test
  void submitsAreThePacketsThatMakeJobs() {
    assertThat(Arrays.stream(PacketType.values()).filter(PacketType::isSubmit))
        .extracting(PacketType::number)
        .containsExactlyInAnyOrder(7, 18, 21, 32, 33, 34, 35, 36, 37, 38);
  }

  @ParameterizedTest
  @MethodSource("golden")
  void encodesGoldenBytes(GoldenPackets.Golden golden) {
    ByteBuf out = Unpooled.buffer();
    PacketEncoder.write(out, golden.magic(), golden.type(), golden.arguments());
    assertThat(ByteBufUtil.hexDump(out)).isEqualTo(ByteBufUtil.hexDump(golden.bytes()));
  }

  @ParameterizedTest
  @MethodSource("golden")
  void encodesGoldenBytesPieceByPiece(GoldenPackets.Golden golden) {
    ByteBuf out = Unpooled.buffer().writeBytes(new byte[] {1, 2, 3});
    int start = PacketEncoder.begin(out, golden.magic(), golden.type());
    out.writeBytes(Bytes.ascii(golden.body()));
    PacketEncoder.end(out, start);
    assertThat(ByteBufUtil.hexDump(out.skipBytes(3)))
        .isEqualTo(ByteBufUtil.hexDump(golden.bytes()));
  }

  @ParameterizedTest
  @MethodSource("golden")
  void decodesGoldenBytes(GoldenPackets.Golden golden) {
    assertThat(Decoding.whole(golden.bytes())).containsExactly(golden.entry());
  }

  @Test
  void encodesPacketsWithoutArguments() {
    ByteBuf out = Unpooled.buffer();
    PacketEncoder.write(out, Magic.RESPONSE, PacketType.NO_JOB);
    assertThat(ByteBufUtil.hexDump(out)).isEqualTo("005245530000000a00000000");
  }

  @ParameterizedTest
  @EnumSource(PacketType.class)
  void everyTypeSurvivesARoundTripWithRandomArguments(PacketType type) {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      byte[][] arguments = new byte[type.argumentCount()][];
      for (int i = 0; i < arguments.length; i++) {
        arguments[i] = randomBytes(random, i == arguments.length - 1);
      }
      Magic magic = random.nextBoolean() ? Magic.REQUEST : Magic.RESPONSE;
      ByteBuf out = Unpooled.buffer();
      PacketEncoder.write(out, magic, type, arguments);
      StringBuilder expected = new StringBuilder(magic + " " + type);
      for (byte[] argument : arguments) {
        expected.append(" [").append(Bytes.printable(argument)).append(']');
      }
      assertThat(Decoding.whole(ByteBufUtil.getBytes(out)))
          .as("seed %d", seed)
          .containsExactly(expected.toString());
    }
  }

  @ParameterizedTest
  @EnumSource(PacketType.class)
  void refusesToEncodeAWrongNumberOfArguments(PacketType type) {
    ByteBuf out = Unpooled.buffer();
    byte[][] tooMany = new byte[type.argumentCount() + 1][0];
    assertThatThrownBy(() -> PacketEncoder.write(out, Magic.REQUEST, type, tooMany))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(type.name());
    assertThat(out.writerIndex()).isZero();
  }

  @Test
  void refusesToEncodeANulBeforeTheLastArgument() {
    ByteBuf out = Unpooled.buffer();
    byte[] bad = {'a', 0, 'b'};
    assertThatThrownBy(
            () -> PacketEncoder.write(out, Magic.REQUEST, PacketType.SUBMIT_JOB, bad, bad, bad))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("function")
        .hasMessageContaining("NUL");
    assertThat(out.writerIndex()).isZero();
  }

  @Test
  void decodesArgumentsAsText() {
    Transcript texts =
        new Transcript() {
          @Override
          public void packet(Packet packet) {
            entries.add(packet.text(0, StandardCharsets.UTF_8));
            entries.add(packet.bodyLength() + " " + packet.length(2));
          }
        };
    byte[] utf8 = {(byte) 0xc3, (byte) 0xa4, 0, 0, 'x'};
    new Decoding(texts, 100).feed(Bytes.header("REQ", 7, 5), utf8);
    assertThat(texts.entries).containsExactly("ä", "5 1");
  }

  private static byte[] randomBytes(Random random, boolean mayContainNul) {
    byte[] bytes = new byte[random.nextInt(4) == 0 ? 0 : random.nextInt(300)];
    random.nextBytes(bytes);
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == 0 && !mayContainNul) {
        bytes[i] = 1;
      }
    }
    return bytes;
  }
}
