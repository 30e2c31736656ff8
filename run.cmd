@echo off
rem The twin of ./run for Windows: sets up .venv from the pinned lock and runs the program.
setlocal enabledelayedexpansion
cd /d "%~dp0"
set "TOOLS=%CD%\.cache\tools"
set "VENV=%CD%\.venv"
set "PYTHON=%VENV%\Scripts\python.exe"
set "COMMAND=%~1"
if "%COMMAND%"=="" goto usage
shift
set "REST="
:collect
if "%~1"=="" goto collected
set REST=!REST! "%~1"
shift
goto collect
:collected
if "%COMMAND%"=="help" goto usage

call :environment
if errorlevel 1 exit /b 1

if "%COMMAND%"=="demo" (
  echo !REST! | findstr /c:"--out" >nul
  if errorlevel 1 ("%PYTHON%" -m app demo --out out\demo !REST!) else ("%PYTHON%" -m app demo !REST!)
  exit /b !errorlevel!
)
if "%COMMAND%"=="energymap" ("%PYTHON%" -m app !REST! & exit /b !errorlevel!)
if "%COMMAND%"=="gui" ("%PYTHON%" -m app gui !REST! & exit /b !errorlevel!)
if "%COMMAND%"=="bench" ("%PYTHON%" -m benchmarks !REST! & exit /b !errorlevel!)
if "%COMMAND%"=="check-slow" ("%PYTHON%" -m pytest -m slow !REST! & exit /b !errorlevel!)
if "%COMMAND%"=="lint" goto lint
if "%COMMAND%"=="test" (
  call :lint
  if errorlevel 1 exit /b 1
  set QT_QPA_PLATFORM=offscreen
  "%PYTHON%" -m pytest -n 2 --dist loadfile -m "not slow" !REST!
  exit /b !errorlevel!
)
if "%COMMAND%"=="atlas" (
  echo run: the atlas is rebuilt on Debian or Ubuntu only, with ./run atlas 1>&2
  exit /b 2
)
echo run: unknown command: %COMMAND% 1>&2
goto usage

:lint
"%PYTHON%" -m ruff check . || exit /b 1
"%PYTHON%" -m ruff format --check . || exit /b 1
"%PYTHON%" -m mypy || exit /b 1
"%VENV%\Scripts\lint-imports.exe" || exit /b 1
exit /b 0

:environment
if exist "%VENV%\.made-from" fc /b requirements.lock "%VENV%\.made-from" >nul 2>&1 && exit /b 0
where uv >nul 2>&1
if not errorlevel 1 (set "UV=uv") else (
  set "UV=%TOOLS%\Scripts\uv.exe"
  if not exist "!UV!" (
    where py >nul 2>&1
    if errorlevel 1 (set "BASE=python") else (set "BASE=py -3")
    !BASE! --version >nul 2>&1
    if errorlevel 1 (
      echo run: no Python here. Install Python 3.11 to 3.13 for this user, then run this again. 1>&2
      exit /b 1
    )
    echo run: fetching uv into .cache\tools 1>&2
    !BASE! -m venv "%TOOLS%" || exit /b 1
    "%TOOLS%\Scripts\python.exe" -m pip install -q --disable-pip-version-check --require-hashes -r requirements-uv.lock || exit /b 1
  )
)
echo run: setting up .venv from requirements.lock 1>&2
if not exist "%PYTHON%" "%UV%" venv -q --python ">=3.11,<3.14" "%VENV%" || exit /b 1
"%UV%" pip sync -q --python "%PYTHON%" --require-hashes --only-binary :all: requirements.lock || exit /b 1
"%UV%" pip install -q --python "%PYTHON%" --no-deps --no-build-isolation --offline -e . || exit /b 1
copy /y requirements.lock "%VENV%\.made-from" >nul
echo run: ready 1>&2
exit /b 0

:usage
echo usage: run COMMAND [ARG ...]
echo   demo  test  gui  energymap  lint  check-slow  bench  atlas
exit /b 2
