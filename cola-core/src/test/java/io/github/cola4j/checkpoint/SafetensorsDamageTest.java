package io.github.cola4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SafetensorsDamageTest {
  private static final String SOUND =
      "{'__metadata__':{'format':'pt'},"
          + "'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},"
          + "'b':{'dtype':'BF16','shape':[2,2],'data_offsets':[8,16]}}";

  @TempDir Path folder;

  private Path file(String header, int dataLength) throws IOException {
    return SafetensorsFiles.write(
        folder.resolve("model.safetensors"), header.replace('\'', '"'), new byte[dataLength]);
  }

  private static void isRefused(Path file, String saying) {
    CheckpointException e =
        assertThrows(CheckpointException.class, () -> Safetensors.open(file).close());
    assertEquals(file, e.file());
    assertTrue(e.getMessage().startsWith(file + ": "), e.getMessage());
    assertTrue(e.getMessage().contains(saying), e.getMessage());
  }

  @Test
  void soundFileIsAccepted() throws IOException {
    try (Safetensors file = Safetensors.open(file(SOUND, 16))) {
      assertEquals(2, file.names().size());
    }
  }

  /** What to replace in the sound header, by what, and what the error says. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'b':          | 'a':                 | Duplicate field 'a'",
        "'format':'pt' | 'x':'1','x':'2'      | Duplicate field 'x'",
        "'format':'pt' | 'x':1                | __metadata__ key 'x' is not a text but 1",
        "{'format':'pt'} | [1]                | __metadata__ is not an object but [1]",
        "'dtype':'F32', | ``                  | tensor 'a': dtype is not a text but missing",
        "'F32'         | 32                   | tensor 'a': dtype is not a text but 32",
        "'shape':[2],  | ``                   | tensor 'a': shape is not a list but missing",
        "[2],          | 2,                   | tensor 'a': shape is not a list but 2",
        "[2]           | [-2]                 | tensor 'a': shape holds -2",
        "[2]           | [2.0]                | tensor 'a': shape holds 2.0",
        "[2]           | ['2']                | tensor 'a': shape holds \"2\"",
        "[2]           | [99999999999999999999] | tensor 'a': shape holds 99999999999999999999",
        "[2]           | [4294967296,4294967296] | is more than any file can hold",
        "[2]           | [0,4611686018427387904,4] | is more than any file can hold",
        "[2]           | [4611686018427387904] | is more than any file can hold",
        "[2]           | [3]                  | shape [3] needs 12 bytes, its data_offsets give it 8",
        "'F32'         | 'F64'                | of type F64 and shape [2] needs 16 bytes",
        "'data_offsets':[0,8] | 'x':0         | tensor 'a': data_offsets is not a list but missing",
        "[0,8]         | [0,8,8]              | data_offsets [0, 8, 8] are not a begin and an end",
        "[0,8]         | [8,0]                | data_offsets [8, 0] are not a begin and an end",
        "[0,8]         | [-8,0]               | tensor 'a': data_offsets holds -8",
        "[0,8]         | [0,null]             | tensor 'a': data_offsets holds null",
        "[0,8]         | [9223372036854775800,9223372036854775807] | needs 8 bytes",
        "[8,16]        | [4,12]               | tensors 'a' and 'b' overlap at byte 4",
        "[8,16]        | [0,8]                | tensors 'a' and 'b' overlap at byte 0",
        "[8,16]        | [12,20]              | bytes 8 to 12 of the data, before tensor 'b'",
        "[0,8]         | [8,16]               | bytes 0 to 8 of the data, before tensor 'a'",
        "'b':{         | 'b':null,'c':{       | tensor 'b' is not an object but null",
        "}}            | }                    | header is not JSON",
        "}}            | }}}                  | header is not JSON",
        "{'__metadata__' | ['__metadata__'    | header is not JSON",
      })
  void damagedHeaderIsRefused(String of, String by, String saying) throws IOException {
    String damaged = SOUND.replaceFirst(Pattern.quote(of), by.replace("$", "\\$"));
    assertTrue(!damaged.equals(SOUND), "the case changes something");
    isRefused(file(damaged, 16), saying);
  }

  static Stream<Arguments> damagedFiles() {
    byte[] sound = SafetensorsFiles.bytes(SOUND.replace('\'', '"'), new byte[16]);
    byte[] tooLong = sound.clone();
    ByteBuffer.wrap(tooLong).order(ByteOrder.LITTLE_ENDIAN).putLong(0, sound.length - 7);
    byte[] negative = sound.clone();
    ByteBuffer.wrap(negative).putLong(0, -1);
    byte[] notUtf8 = sound.clone();
    notUtf8[20] = (byte) 0xff;
    byte[] beyond = Arrays.copyOf(sound, sound.length + 3);
    byte[] cut = Arrays.copyOf(sound, sound.length - 5);
    return Stream.of(
        Arguments.of("empty", new byte[0], "holds 0 bytes, too few"),
        Arguments.of("seven bytes", new byte[7], "holds 7 bytes, too few"),
        Arguments.of("no header", new byte[8], "header is not a JSON object"),
        Arguments.of("header beyond the file", tooLong, "goes beyond its end"),
        Arguments.of("length of 2^64-1", negative, "18446744073709551615 bytes goes beyond"),
        Arguments.of("not UTF-8", notUtf8, "not UTF-8"),
        Arguments.of("a list", SafetensorsFiles.bytes("[]", new byte[0]), "not a JSON object"),
        Arguments.of("bytes at the end", beyond, "has 3 bytes after its last tensor"),
        Arguments.of(
            "cut short", cut, "is 5 bytes shorter than its header says; download or copy it again"),
        Arguments.of(
            "LFS pointer",
            "version https://git-lfs.github.com/spec/v1\n".getBytes(StandardCharsets.UTF_8),
            "git lfs pull"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("damagedFiles")
  void damagedFileIsRefused(String what, byte[] content, String saying) throws IOException {
    isRefused(Files.write(folder.resolve("model.safetensors"), content), saying);
  }

  @Test
  void headerLargerThanTheFormatAllowsIsRefused() throws IOException {
    Path file = folder.resolve("model.safetensors");
    Files.write(file, SafetensorsFiles.bytes("{}", new byte[0]));
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(1), 200_000_000);
      channel.write(
          ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(100_000_001).flip(), 0);
    }
    isRefused(file, "its header has 100000001 bytes");
  }

  @Test
  void missingFileIsRefused() {
    isRefused(folder.resolve("none.safetensors"), "there is no such file");
    isRefused(folder, "is a folder");
  }

  /** Whatever happens to a header, either the file is refused or all that it lists can be read. */
  @Test
  void noDamageIsTakenForAnythingElse() throws IOException {
    byte[] sound = SafetensorsFiles.bytes(SOUND.replace('\'', '"'), new byte[16]);
    int headerEnd = sound.length - 16;
    String[] pieces = {
      "-1",
      "1e3",
      "null",
      "[",
      "]",
      "{",
      "}",
      "\"",
      ",",
      ":",
      "9223372036854775807",
      "F8_E5M2",
      "\\ud800",
      "\u0000",
      "[0,0]",
      "\"a\"",
      "\\u0061",
      "true",
      "99999999999999999999"
    };
    Random random = new Random(20_000);
    Path file = folder.resolve("fuzz.safetensors");
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] damaged = sound.clone();
      for (int hits = 1 + random.nextInt(4); hits > 0; hits--) {
        int at = random.nextInt(Math.min(headerEnd, damaged.length));
        switch (random.nextInt(5)) {
          case 0 -> damaged[at] ^= (byte) (1 << random.nextInt(8));
          case 1 -> damaged[at] = (byte) random.nextInt(256);
          case 2 -> damaged[at] = (byte) "0123456789-[]{},:\"".charAt(random.nextInt(18));
          case 3 -> {
            byte[] piece = pieces[random.nextInt(pieces.length)].getBytes(StandardCharsets.UTF_8);
            for (int j = 0; j < piece.length && at + j < damaged.length; j++) {
              damaged[at + j] = piece[j];
            }
          }
          default -> damaged = Arrays.copyOf(damaged, 1 + random.nextInt(damaged.length));
        }
      }
      // Truncated to its new length rather than to nothing, which some file systems make slow.
      channel.truncate(damaged.length).write(ByteBuffer.wrap(damaged), 0);
      try (Safetensors opened = Safetensors.open(file)) {
        for (String name : opened.names()) {
          if (opened.info(name).type().isPresent()) {
            HostTensor tensor = opened.read(name);
            assertEquals(opened.info(name).elements(), tensor.shape().size());
          }
        }
      } catch (CheckpointException e) {
        refused++;
      }
    }
    channel.close();
    int accepted = 20_000 - refused;
    assertTrue(refused > 10_000 && accepted > 100, () -> "accepted " + accepted);
  }
}
