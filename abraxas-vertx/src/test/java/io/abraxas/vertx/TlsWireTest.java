package io.abraxas.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.vertx.protocol.Magic;
import io.abraxas.vertx.protocol.PacketEncoder;
import io.abraxas.vertx.protocol.PacketType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.SelfSignedCertificate;
import org.junit.jupiter.api.Test;

/** Options of Vert.x for sockets reach the sockets. */
class TlsWireTest extends WireTest {
  @Test
  void speaksTlsWhenTheOptionsOfVertxSaySo() {
    SelfSignedCertificate certificate = SelfSignedCertificate.create("localhost");
    NetServer tls =
        vertx
            .createNetServer(
                new NetServerOptions().setSsl(true).setKeyCertOptions(certificate.keyCertOptions()))
            .connectHandler(
                socket -> {
                  ByteBuf out = Unpooled.buffer();
                  PacketEncoder.write(
                      out, Magic.RESPONSE, PacketType.OPTION_RES, Bytes.utf8("exceptions"));
                  PacketEncoder.write(
                      out, Magic.RESPONSE, PacketType.ECHO_RES, Bytes.utf8("over TLS"));
                  int[] seen = {0};
                  int wanted = 12 + "exceptions".length() + 12 + "over TLS".length();
                  socket.handler(
                      data -> {
                        seen[0] += data.length();
                        if (seen[0] == wanted) {
                          socket.write(BufferInternal.buffer(out));
                        }
                      });
                });
    Waits.result(tls.listen(0, "localhost"));
    NetClientOptions net =
        new NetClientOptions()
            .setSsl(true)
            .setTrustOptions(certificate.trustOptions())
            .setHostnameVerificationAlgorithm("HTTPS");
    GearmanClient client =
        client(
            new GearmanClientOptions()
                .addServer("localhost:" + tls.actualPort())
                .setNetClientOptions(net));
    client.connectionErrorHandler(Throwable::printStackTrace);
    assertThat(Waits.result(client.echo(Buffer.buffer("over TLS")))).hasToString("over TLS");
    certificate.delete();
  }
}
