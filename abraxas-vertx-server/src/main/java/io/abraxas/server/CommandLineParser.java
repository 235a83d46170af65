package io.abraxas.server;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * The command line of the program, with the names and short letters of gearmand. The server's own
 * options come from {@link ServerOption}.
 */
final class CommandLineParser {
  private static final String CONFIG_FILE = "config-file";

  private final CommandLine commandLine = new CommandLine(spec());

  private static CommandSpec spec() {
    CommandSpec spec = CommandSpec.create().name("abraxas server");
    spec.usageMessage()
        .description("Runs a Gearman job server.%n")
        .optionListHeading("Options:%n")
        .sortOptions(false)
        .width(100)
        .footer(
            "",
            "SIGTERM stops at once; SIGUSR1, or the admin command 'shutdown graceful', refuses new",
            "connections, finishes running jobs and stops. Exit codes: 0 stopped, 1 it could not run,",
            "2 options make no sense.");
    for (ServerOption option : ServerOption.values()) {
      spec.addOption(option(option));
    }
    value(spec, 'P', "pid-file", "FILE", "write the process id to this file");
    value(spec, 'l', "log-file", "FILE", "append the log to this file (default: standard error)");
    value(
        spec,
        null,
        "verbose",
        "LEVEL",
        "log from FATAL, ALERT, CRITICAL, ERROR, WARNING, NOTICE, INFO or DEBUG on"
            + " (default: NOTICE)");
    value(
        spec,
        null,
        CONFIG_FILE,
        "FILE",
        "read options from this file, as JSON or as lines of name=value; the command line wins");
    flag(spec, null, "check-args", "check the options and exit");
    value(spec, 't', "threads", "N", "accepted for gearmand's sake, no effect");
    value(spec, 'f', "file-descriptors", "N", "accepted, no effect");
    value(spec, null, "hashtable-buckets", "N", "accepted, no effect");
    flag(spec, null, "coredump", "accepted, no effect");
    flag(spec, null, "syslog", "accepted, no effect");
    value(spec, 'q', "queue-type", "NAME", "only 'builtin'");
    value(spec, 'r', "protocol", "NAME", "only 'gear'");
    value(spec, 'u', "user", "NAME", "only the user that starts the program");
    flag(spec, 'd', "daemon", "not supported: use systemd");
    spec.addOption(
        OptionSpec.builder("-V", "--version")
            .versionHelp(true)
            .description("print the version and exit")
            .build());
    spec.addOption(
        OptionSpec.builder("-?", "-h", "--help")
            .usageHelp(true)
            .description("print this text and exit")
            .build());
    return spec;
  }

  private static OptionSpec option(ServerOption option) {
    OptionSpec.Builder builder = builder(option.shortName, option.longName, option.help);
    switch (option.kind) {
      case FLAG ->
          builder
              .type(String.class)
              .arity("0..1")
              .fallbackValue("true")
              .hideParamSyntax(true)
              .paramLabel("");
      case LIST ->
          builder.type(List.class).auxiliaryTypes(String.class).arity("1").paramLabel(option.label);
      default -> builder.type(String.class).arity("1").paramLabel(option.label);
    }
    Object standard = option.get(new GearmanServerOptions());
    boolean telling =
        option.kind == ServerOption.Kind.INT
            || option.key.equals("maxPacketSize")
            || option.key.equals("highWaterMark")
            || option.key.equals("maxUnsent")
            || option.key.equals("timeZone");
    if (telling) {
      builder.description(option.help + " (default: " + standard + ")");
    }
    return builder.build();
  }

  private static void value(
      CommandSpec spec, Character shortName, String name, String label, String help) {
    spec.addOption(
        builder(shortName, name, help).type(String.class).arity("1").paramLabel(label).build());
  }

  private static void flag(CommandSpec spec, Character shortName, String name, String help) {
    spec.addOption(
        builder(shortName, name, help)
            .type(String.class)
            .arity("0..1")
            .fallbackValue("true")
            .hideParamSyntax(true)
            .paramLabel("")
            .build());
  }

  private static OptionSpec.Builder builder(Character shortName, String name, String help) {
    String[] names =
        shortName == null
            ? new String[] {"--" + name}
            : new String[] {"-" + shortName, "--" + name};
    return OptionSpec.builder(names).description(help).showDefaultValue(Visibility.NEVER);
  }

  /**
   * Reads the command line and the configuration file it may name.
   *
   * @return null when only help or the version was asked for, which is printed then
   * @throws UsageException when something in either makes no sense
   */
  ProgramOptions parse(String... arguments) {
    ParseResult result;
    try {
      result = commandLine.parseArgs(arguments);
    } catch (ParameterException e) {
      throw new UsageException(e.getMessage().replace('\n', ' '), e);
    }
    if (result.isUsageHelpRequested()) {
      commandLine.usage(System.out);
      return null;
    }
    if (result.isVersionHelpRequested()) {
      System.out.println("abraxas " + Version.current());
      return null;
    }
    ProgramOptions options = new ProgramOptions();
    if (result.hasMatchedOption("--" + CONFIG_FILE)) {
      options.readFile(Path.of(result.<String>matchedOptionValue("--" + CONFIG_FILE, "")));
    }
    // The port first, as addresses that name none take it.
    // An option that was repeated stands in there once for each time, with all its values.
    List<OptionSpec> matched = result.matchedOptions().stream().distinct().toList();
    matched.stream().filter(o -> longName(o).equals("port")).forEach(o -> set(options, o));
    matched.stream()
        .filter(o -> !longName(o).equals("port") && !longName(o).equals(CONFIG_FILE))
        .forEach(o -> set(options, o));
    return options;
  }

  private static void set(ProgramOptions options, OptionSpec option) {
    Object value = option.getValue();
    if (value instanceof List<?> all) {
      all.forEach(one -> options.set(longName(option), (String) one));
    } else {
      options.set(longName(option), (String) value);
    }
  }

  private static String longName(OptionSpec option) {
    return option.longestName().substring(2);
  }
}
