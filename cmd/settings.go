package cmd

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"
	"github.com/spf13/viper"
)

// applySettings sets the flags among names that the command line leaves open to
// what the user has set once for all projects: LAYUP_ROUTER and the like in the
// environment, then config.yaml in the user's configuration directory.
func applySettings(flags *pflag.FlagSet, names []string) error {
	v := viper.New()
	v.SetEnvPrefix("layup")
	v.SetEnvKeyReplacer(strings.NewReplacer("-", "_"))
	for _, name := range names {
		if err := v.BindEnv(name); err != nil {
			return usagef("setting %s: %w", name, err)
		}
	}
	if err := readConfig(v, names); err != nil {
		return err
	}
	for _, name := range names {
		if flags.Changed(name) || !v.IsSet(name) {
			continue
		}
		value := strings.Join(v.GetStringSlice(name), ",")
		if err := flags.Set(name, value); err != nil {
			return usagef("setting %s: %w", name, err)
		}
	}
	return nil
}

// readConfig reads the user's config.yaml where there is one.
func readConfig(v *viper.Viper, names []string) error {
	dir, err := os.UserConfigDir()
	if err != nil {
		return nil //nolint:nilerr // without a home there are no settings
	}
	file := filepath.Join(dir, "layup", "config.yaml")
	v.SetConfigFile(file)
	if err := v.ReadInConfig(); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return usagef("settings in %s: %w", file, err)
	}
	for _, key := range v.AllKeys() {
		if !slices.Contains(names, key) {
			return usagef("settings in %s: unknown key %q; known are %s", file, key, strings.Join(names, ", "))
		}
	}
	return nil
}
