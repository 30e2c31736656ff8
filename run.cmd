@echo off
rem The twin of ./run for Windows: sets up .venv from the pinned lock and runs the program.
setlocal enabledelayedexpansion
set "HERE=%CD%"
cd /d "%~dp0"
set "ROOT=%CD%"
set "TOOLS=%ROOT%\.cache\tools"
set "VENV=%ROOT%\.venv"
set "PYTHON=%VENV%\Scripts\python.exe"
set "STAMP=%VENV%\.made-from"
if not defined UV_CACHE_DIR set "UV_CACHE_DIR=%ROOT%\.cache\uv"
if not defined UV_PYTHON_INSTALL_DIR set "UV_PYTHON_INSTALL_DIR=%ROOT%\.cache\python"
set "COMMAND=%~1"
set "REST="
set "OUT="
:collect
shift
if "%~1"=="" goto collected
if "%~1"=="--out" set "OUT=given"
set REST=!REST! "%~1"
goto collect
:collected

for %%C in (demo test gui energymap lint check-slow bench installer) do if "%COMMAND%"=="%%C" goto known
if "%COMMAND%"=="atlas" (
  echo run: the atlas is rebuilt on Debian or Ubuntu only, with ./run atlas 1>&2
  exit /b 2
)
if "%COMMAND%"=="lock" (
  echo run: the locks are written on Linux, with ./run lock 1>&2
  exit /b 2
)
if not "%COMMAND%"=="" if not "%COMMAND%"=="help" if not "%COMMAND%"=="-h" if not "%COMMAND%"=="--help" (
  echo run: unknown command: %COMMAND% 1>&2
  call :usage 1>&2
  exit /b 2
)
call :usage
if "%COMMAND%"=="" exit /b 2
exit /b 0

:known
call :environment
if errorlevel 1 exit /b 1
goto do-%COMMAND%

:do-demo
if not defined OUT (
  set "HERE=%ROOT%"
  set REST=--out out\demo !REST!
)
set REST=demo !REST!
goto program

:do-gui
set REST=gui !REST!
goto program

:do-energymap
:program
rem started where the user stands, so that relative paths mean what they say
cd /d "%HERE%"
set "PYTHONPATH=%ROOT%"
"%PYTHON%" -P -m app !REST!
exit /b !errorlevel!

:do-bench
set "UV=%UV_EXE%"
"%PYTHON%" -m benchmarks !REST!
exit /b !errorlevel!

:do-test
call :lint
if errorlevel 1 exit /b 1
set "QT_QPA_PLATFORM=offscreen"
"%PYTHON%" -m pytest -n 2 --dist loadfile -m "not slow" !REST!
exit /b !errorlevel!

:do-installer
"%PYTHON%" -m PyInstaller --noconfirm --log-level WARN --distpath dist --workpath .cache\freeze build_installer.spec
if errorlevel 1 exit /b 1
set "QT_QPA_PLATFORM=offscreen"
dist\energymap\energymap.exe --self-test --progress none
exit /b !errorlevel!

:do-check-slow
set "QT_QPA_PLATFORM=offscreen"
"%PYTHON%" -m pytest -m slow !REST!
exit /b !errorlevel!

:do-lint
call :lint
exit /b !errorlevel!

:lint
"%PYTHON%" -m ruff check --extend-exclude .cache . || exit /b 1
"%PYTHON%" -m ruff format --check --extend-exclude .cache . || exit /b 1
"%PYTHON%" -m mypy || exit /b 1
"%VENV%\Scripts\lint-imports.exe" || exit /b 1
exit /b 0

:environment
set "UV_EXE=%TOOLS%\Scripts\uv.exe"
if not exist "%UV_EXE%" for /f "delims=" %%U in ('where uv 2^>nul') do set "UV_EXE=%%U"
rem the folder and both files that decide what is installed; a change in any sets up anew
set "MADE=%VENV%\.made-now"
if exist "%PYTHON%" (
  >"%MADE%" echo "%ROOT%"
  type requirements.lock pyproject.toml >>"%MADE%" 2>nul
  if exist "%STAMP%" fc /b "%MADE%" "%STAMP%" >nul 2>&1 && exit /b 0
)
if exist "%STAMP%" del "%STAMP%"
set "BASE="
for %%P in ("py -3.12" "py -3.13" "py -3.11" "python") do if not defined BASE (
  %%~P -c "import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))" >nul 2>&1 && set "BASE=%%~P"
)
if not exist "%UV_EXE%" (
  if not defined BASE (
    echo run: no Python 3.11 to 3.13 here. Install Python 3.12 for this user, then run this again. 1>&2
    exit /b 1
  )
  echo run: fetching uv into .cache\tools 1>&2
  if exist "%TOOLS%" rmdir /s /q "%TOOLS%"
  !BASE! -m venv "%TOOLS%" || exit /b 1
  set "UV_EXE=%TOOLS%\Scripts\uv.exe"
  "%TOOLS%\Scripts\python.exe" -m pip install -qq --disable-pip-version-check --require-hashes --only-binary :all: -r requirements-uv.lock
  if errorlevel 1 (
    echo run: uv could not be fetched; is there a network? 1>&2
    exit /b 1
  )
)
rem uv does not read pip's settings; a mirror set there is meant for us too
if not defined UV_DEFAULT_INDEX if defined PIP_INDEX_URL set "UV_DEFAULT_INDEX=%PIP_INDEX_URL%"
if not defined UV_DEFAULT_INDEX if defined BASE for /f "delims=" %%I in ('!BASE! -m pip config get global.index-url 2^>nul') do set "UV_DEFAULT_INDEX=%%I"
echo run: setting up .venv from requirements.lock; the first time this fetches about 400 MB 1>&2
set "WANTED=>=3.11,<3.14"
if defined BASE for /f "delims=" %%X in ('!BASE! -c "import sys; print(sys.executable)"') do set "WANTED=%%X"
if not exist "%PYTHON%" (
  if exist "%VENV%" rmdir /s /q "%VENV%"
  "%UV_EXE%" venv -q --python "!WANTED!" "%VENV%"
  if errorlevel 1 (
    echo run: no environment could be made in .venv. Install Python 3.12 for this user, then run this again. 1>&2
    exit /b 1
  )
)
"%UV_EXE%" pip sync -q --python "%PYTHON%" --require-hashes --only-binary :all: requirements.lock
if errorlevel 1 (
  echo run: the libraries could not be installed; is there a network, and room on the disk? 1>&2
  exit /b 1
)
"%UV_EXE%" pip install -q --python "%PYTHON%" --no-deps --no-build-isolation --offline -e . || exit /b 1
>"%STAMP%" echo "%ROOT%"
type requirements.lock pyproject.toml >>"%STAMP%" 2>nul
echo run: ready 1>&2
exit /b 0

:usage
echo usage: run COMMAND [ARG ...]
echo   demo  test  gui  energymap  lint  check-slow  bench  installer  help
echo   (atlas and lock: on Linux, with ./run)
exit /b 0
