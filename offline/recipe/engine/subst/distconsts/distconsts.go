// Package distconsts says where the embedded engine finds its parts. The paths
// exist only in the engine's own mount namespace (offline/namespace.py), so one
// build serves every checkout and every cache directory.
package distconsts

const (
	RuncPath                         = "/run/next-distroless/bin/runc"
	DaggerInitPath                   = "/run/next-distroless/bin/init"
	EngineContainerBuiltinContentDir = "/run/next-distroless/content"

	EngineDefaultStateDir  = "/var/lib/dagger"
	EngineCustomCACertsDir = "/usr/local/share/ca-certificates"
	DefaultEngineSockAddr  = "unix:///run/dagger/engine.sock"
	EngineContainerName    = "dagger-engine.dev"

	OCIVersionAnnotation = "org.opencontainers.image.version"

	GoSDKManifestDigestEnvName         = "DAGGER_GO_SDK_MANIFEST_DIGEST"
	PythonSDKManifestDigestEnvName     = "DAGGER_PYTHON_SDK_MANIFEST_DIGEST"
	TypescriptSDKManifestDigestEnvName = "DAGGER_TYPESCRIPT_SDK_MANIFEST_DIGEST"

	AlpineVersion = "3.22"
	AlpineImage   = "docker.io/library/alpine:3.22"
	BusyboxImage  = "docker.io/library/busybox:1.37"
	GolangImage   = "docker.io/library/golang:1.26"
)
