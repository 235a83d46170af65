package io.abraxas.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.vertx.protocol.PacketType;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Text among packets, whatever the text says. */
class AdminWireTest extends WireTest {
  private Future<List<String>> ask(GearmanClient client) {
    Future<List<String>> ids =
        client.admin().uniqueJobs().map(all -> all.stream().map(UniqueJob::uniqueId).toList());
    assertThat(server.next()).isEqualTo("show unique jobs");
    assertThat(server.next()).isEqualTo("ECHO_REQ end of rows");
    return ids;
  }

  private void answer(String text) {
    server.sendRaw(Buffer.buffer(text));
    server.send(PacketType.ECHO_RES, "end of rows");
  }

  @Test
  void rowsThatLookLikeTheEndOrLikeARefusalAreRows() {
    GearmanClient client = connectedClient();
    Future<List<String>> ids = ask(client);
    answer("ERR NOT a refusal\n.\nERR\n.\n.\n");
    assertThat(Waits.result(ids)).containsExactly("ERR NOT a refusal", ".", "ERR", ".");
    Future<List<String>> one = ask(client);
    answer(".\n.\n");
    assertThat(Waits.result(one)).containsExactly(".");
    Future<List<String>> none = ask(client);
    answer(".\n");
    assertThat(Waits.result(none)).isEmpty();
  }

  @Test
  void refusalInsteadOfRowsIsOne() {
    GearmanClient client = connectedClient();
    Future<List<String>> known = ask(client);
    answer("ERR UNKNOWN_COMMAND Unknown+server+command\r\n");
    ServerErrorException refusal = Waits.failure(known, ServerErrorException.class);
    assertThat(refusal.code()).isEqualTo("UNKNOWN_COMMAND");
    assertThat(refusal.text()).isEqualTo("Unknown+server+command");
    Future<List<String>> silent = ask(client);
    answer("");
    assertThat(Waits.failure(silent, ServerErrorException.class).code()).isEqualTo("ERR");
  }

  @Test
  void rowsOneLinersAndPacketsTakeTheirTurns() {
    GearmanClient client = connectedClient();
    Future<List<String>> ids = ask(client);
    Future<Buffer> echo = client.echo(Buffer.buffer("mine"));
    Future<?> version = client.admin().version();
    Future<String> handle = client.submitJobBackground("f", "x");
    for (String request : List.of("ECHO_REQ mine", "version", "SUBMIT_JOB_BG f  x")) {
      assertThat(server.next()).isEqualTo(request);
    }
    answer("u\n.\n");
    server.send(PacketType.ECHO_RES, "mine");
    server.sendRaw(Buffer.buffer("OK 1.2\n"));
    server.send(PacketType.JOB_CREATED, "H:1");
    assertThat(Waits.result(ids)).containsExactly("u");
    assertThat(Waits.result(echo)).hasToString("mine");
    assertThat(Waits.result(version)).hasToString("{" + client.connectedServers().get(0) + "=1.2}");
    assertThat(Waits.result(handle)).isEqualTo("H:1");
  }

  @Test
  void textWithoutACommandEndsTheConnection() {
    connectedClient();
    server.sendRaw(Buffer.buffer("OK\n"));
    assertThat(server.next()).isEqualTo(FakeServer.CLOSED);
  }
}
